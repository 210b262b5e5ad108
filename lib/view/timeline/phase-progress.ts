import type { StatusCounts } from '@/lib/core/agent/agent-status'
import { agentCount, endedCount } from '@/lib/core/agent/agent-status'
import type { PhaseState } from '@/lib/core/agent/phase-state'
import type { RunState } from '@/lib/core/run/state'
import { phaseGroups } from '../agent/phase-groups'
import type { DisplayStatus } from '../agent/status-display'

export type Segment = { displayStatus: DisplayStatus; count: number; share: number }
export type PhaseProgress = {
  title: string
  total: number
  ended: number
  spentNanoUsd: number
  segments: Segment[]
}

/** Order along the bar: what is settled on the left, what is to come on the right. */
const barOrder = [
  'succeeded',
  'flagged',
  'failed',
  'skipped',
  'cancelled',
  'stalled',
  'running',
  'waiting',
  'queued',
] as const

/** One stacked bar of counts; shares add up to 1. */
export function segments(counts: StatusCounts): Segment[] {
  const total = agentCount(counts)
  if (total === 0) return []
  return barOrder
    .filter((displayStatus) => counts[displayStatus] > 0)
    .map((displayStatus) => ({
      displayStatus,
      count: counts[displayStatus],
      share: counts[displayStatus] / total,
    }))
}

/** What one phase has done so far. */
export function phaseProgress(phase: Pick<PhaseState, 'title' | 'counts' | 'spentNanoUsd'>): PhaseProgress {
  return {
    title: phase.title,
    total: agentCount(phase.counts),
    ended: endedCount(phase.counts),
    spentNanoUsd: phase.spentNanoUsd,
    segments: segments(phase.counts),
  }
}

/**
 * When a phase was at work: first call to last end, in milliseconds since the run began; null without agents.
 */
export function phaseSpan(
  { run, agents, phases }: Pick<RunState, 'run' | 'agents' | 'phases'>,
  title: string,
): { from: number; to: number | null } | null {
  const origin = Date.parse(run.startedAt ?? run.createdAt)
  const { titleOf } = phaseGroups(phases)
  let [from, to, isOpen] = [Number.POSITIVE_INFINITY, 0, false]
  for (const agent of agents.values()) {
    if (titleOf(agent.phase) !== title) continue
    from = Math.min(from, Date.parse(agent.queuedAt))
    if (agent.endedAt === null) isOpen = true
    else to = Math.max(to, Date.parse(agent.endedAt))
  }
  if (!Number.isFinite(from)) return null
  return { from: Math.max(0, from - origin), to: isOpen ? null : to - origin }
}

/** The phase before or after the one that filters, through "all of them" and round again. */
export function neighbourPhase(titles: readonly string[], current: string | null, by: 1 | -1): string | null {
  const stops = [null, ...titles]
  const at = Math.max(0, stops.indexOf(current))
  return stops[(at + by + stops.length) % stops.length] ?? null
}
