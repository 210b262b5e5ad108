import { formatDuration } from '../format/time'
import type { Activity, AgentTrack, RunHistory, TimeSegment } from './timeline-history'
import { formatMoment } from './timeline-scale'
import { lengthOf, timeByActivity } from './timeline-sums'

export const activities: readonly Activity[] = [
  'queued',
  'slot',
  'rate-limit',
  'back-off',
  'budget',
  'cache-warm-up',
  'paused',
  'approval',
  'permission',
  'agents',
  'batch',
  'streaming',
  'stalled',
  'tools',
  'between',
]

export const activityLabels: Readonly<Record<Activity, string>> = {
  queued: 'Queued',
  slot: 'Waiting for a slot',
  'rate-limit': 'Rate limited',
  'back-off': 'Backing off after a failure',
  budget: 'Waiting for budget',
  'cache-warm-up': 'Waiting for the prompt cache',
  paused: 'Run paused',
  approval: 'Waiting for approval',
  permission: 'Waiting for a permission',
  agents: 'Waiting for its agents',
  batch: 'In a batch',
  streaming: 'Model responding',
  stalled: 'No output (stalled)',
  tools: 'Running tools',
  between: 'Between turns',
}

/** What an agent did at a moment, in one line under the pointer. */
export function segmentSentence(history: RunHistory, segment: TimeSegment, now: number): string {
  const from = formatMoment(segment.from - history.origin, true)
  const length = formatDuration(lengthOf(segment, now))
  const turn =
    segment.activity === 'streaming' || segment.activity === 'tools' ? `, turn ${segment.turn + 1}` : ''
  const attempt = segment.attempt > 1 ? `, attempt ${segment.attempt}` : ''
  return `${activityLabels[segment.activity]}${turn}${attempt}: ${length} from ${from}${segment.until === null ? ', ongoing' : ''}`
}

/** An agent's life in one sentence, for people who cannot see the bars. */
export function trackSentence(history: RunHistory, track: AgentTrack, now: number): string {
  const parts = [...timeByActivity([track], now)]
    .sort(([, a], [, b]) => b - a)
    .map(([activity, ms]) => `${activityLabels[activity].toLowerCase()} ${formatDuration(ms)}`)
  const from = formatMoment(track.createdAt - history.origin)
  return `${track.label}, from ${from}: ${parts.join(', ') || 'no time at all'}`
}
