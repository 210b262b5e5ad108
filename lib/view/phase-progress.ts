import { agentCount, endedCount, type PhaseState, type StatusCounts } from '@/lib/core/state'
import type { Mark } from './states'

export type Segment = { mark: Mark; count: number; share: number }
export type PhaseProgress = { title: string; total: number; ended: number; spentNanoUsd: number; segments: Segment[] }

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
    .filter((mark) => counts[mark] > 0)
    .map((mark) => ({ mark, count: counts[mark], share: counts[mark] / total }))
}

/** What one phase has done so far. */
export function phaseProgress(phase: PhaseState): PhaseProgress {
  return {
    title: phase.title,
    total: agentCount(phase.counts),
    ended: endedCount(phase.counts),
    spentNanoUsd: phase.spentNanoUsd,
    segments: segments(phase.counts),
  }
}
