import { assertNever } from '@/lib/core/base/assert-never'
import { formatDuration } from '../format/time'
import type { PathStep } from './critical-path'
import type { Activity, RunHistory } from './timeline-history'

/** One agent of the critical path, with what it took and what would shorten it. */
export type ShownStep = PathStep & {
  label: string
  phase: string | null
  ms: number
  /** Part of the run's time, 0 to 1. */
  share: number
  /** What took most of it, and what would make it shorter. */
  hint: string
}

/** The steps of a path with their shares of the run's time. */
export function shownSteps(history: RunHistory, path: readonly PathStep[], runMs: number): ShownStep[] {
  return path.map((step) => {
    const track = history.agents.get(step.agentId)
    const ms = step.until - step.from
    return {
      ...step,
      label: track?.label ?? step.agentId,
      phase: track?.phase ?? null,
      ms,
      share: runMs <= 0 ? 0 : Math.min(1, ms / runMs),
      hint: hintFor(timesOf(history, step)),
    }
  })
}

/** How long an agent did what, within its step. */
function timesOf(history: RunHistory, { agentId, from, until }: PathStep): Map<Activity, number> {
  const times = new Map<Activity, number>()
  for (const segment of history.agents.get(agentId)?.segments ?? []) {
    const ms = Math.min(until, segment.until ?? until) - Math.max(from, segment.from)
    if (ms > 0) times.set(segment.activity, (times.get(segment.activity) ?? 0) + ms)
  }
  return times
}

function hintFor(times: ReadonlyMap<Activity, number>): string {
  const [most] = [...times].sort(([, a], [, b]) => b - a)
  if (most === undefined) return 'Nothing is known of what it did.'
  const [activity, ms] = most
  const took = formatDuration(ms)
  switch (activity) {
    case 'streaming':
      return `${took} of model output: a faster model, less effort or a shorter answer.`
    case 'tools':
      return `${took} in tools: narrower searches, or commands that do less.`
    case 'stalled':
      return `${took} without output: a lower stall limit retries sooner.`
    case 'queued':
    case 'slot':
      return `${took} for a slot: more concurrency.`
    case 'budget':
      return `${took} for the cap: a higher cap lets more agents run at once.`
    case 'rate-limit':
      return `${took} rate limited: a higher tier, or fewer agents at once.`
    case 'back-off':
      return `${took} backing off after failures of the provider.`
    case 'cache-warm-up':
      return `${took} for the prompt cache to warm up: a shorter warm-up.`
    case 'paused':
      return `${took} while the run was paused.`
    case 'permission':
    case 'approval':
      return `${took} for an answer of a person.`
    case 'agents':
      return `${took} for the agents it started.`
    case 'batch':
      return `${took} for its batch: live delivery is faster and dearer.`
    case 'between':
      return `${took} between turns.`
    default:
      return assertNever(activity)
  }
}
