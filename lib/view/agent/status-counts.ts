import type { AgentState } from '@/lib/core/agent/agent'
import type { StatusCounts } from '@/lib/core/agent/agent-status'
import { agentStatuses } from '@/lib/core/agent/agent-status'
import { openCheckpoints } from '@/lib/core/run/checkpoints'
import type { RunState } from '@/lib/core/run/state'
import type { OutcomeCounts } from '@/lib/core/spec/run'
import { hasEnded } from '@/lib/core/spec/run-status'
import { plural } from '../format/numbers'
import type { DisplayStatus } from './status-display'

export type StatusCount = { displayStatus: DisplayStatus; count: number }

const inOrder: readonly DisplayStatus[] = [
  'queued',
  'running',
  'waiting',
  'stalled',
  'succeeded',
  'flagged',
  'reused',
  'failed',
  'skipped',
  'cancelled',
]

/**
 * The counters above a run, each of which filters; a status that nobody has is not drawn, unless it is the one
 * that filters now.
 */
export function statusCounts(
  counts: StatusCounts,
  outcomeCounts: OutcomeCounts,
  selected: DisplayStatus | null = null,
): StatusCount[] {
  return inOrder
    .map((displayStatus) => ({
      displayStatus,
      count: displayStatus === 'reused' ? outcomeCounts.reused : counts[displayStatus],
    }))
    .filter(({ count, displayStatus }) => count > 0 || displayStatus === selected)
}

/** Whether a run at work waits for the answer of a person and for nothing else that would end by itself. */
export function isAskingSomebody(state: Pick<RunState, 'run' | 'checkpoints'>): boolean {
  return !hasEnded(state.run.status) && openCheckpoints(state).length > 0
}

/** How many open questions only a person can answer. */
export function needsYou(state: Pick<RunState, 'run' | 'checkpoints'>): number {
  return openCheckpoints(state).length
}

/** Whether an agent is counted under a status. A reused answer is counted among the succeeded ones too. */
export function hasDisplayStatus(agent: AgentState, displayStatus: DisplayStatus): boolean {
  return displayStatus === 'reused' ? agent.reusedFrom !== null : agent.status === displayStatus
}

/** A status from the address bar; null for anything else. */
export function parseDisplayStatus(text: string | null): DisplayStatus | null {
  return [...agentStatuses, 'reused' as const].find((displayStatus) => displayStatus === text) ?? null
}

const outcomes: readonly (keyof OutcomeCounts)[] = ['succeeded', 'flagged', 'failed', 'skipped', 'cancelled']

/**
 * `12 succeeded, 1 flagged, 2 failed, 3 depend on flagged answers, 4 calls refused`; never silent about a
 * dead agent, or one never made.
 */
export function outcomeCountsSentence(outcomeCounts: OutcomeCounts): string {
  const parts = outcomes
    .filter((word) => outcomeCounts[word] > 0)
    .map((word) => `${outcomeCounts[word]} ${word}`)
  const reused = outcomeCounts.reused > 0 ? ` (${outcomeCounts.reused} reused)` : ''
  const dependent =
    outcomeCounts.withFlaggedInputs > 0
      ? `, ${plural(outcomeCounts.withFlaggedInputs, 'depends', 'depend')} on flagged answers`
      : ''
  const declined = outcomeCounts.refused > 0 ? `, ${outcomeCounts.refused} of them declined by a model` : ''
  const refused =
    outcomeCounts.refusedCalls > 0 ? `, ${plural(outcomeCounts.refusedCalls, 'call')} refused` : ''
  return parts.length === 0
    ? `no agent has ended${refused}`
    : `${parts.join(', ')}${reused}${declined}${dependent}${refused}`
}
