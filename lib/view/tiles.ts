import type { AgentState } from '@/lib/core/agent'
import { agentStatuses } from '@/lib/core/agent'
import { openCheckpoints } from '@/lib/core/checkpoints'
import type { OutcomeCounts } from '@/lib/core/run'
import type { RunState, StatusCounts } from '@/lib/core/state'
import { plural } from './numbers'
import type { Mark } from './states'

export type Tile = { mark: Mark; count: number }

const always: readonly Mark[] = ['queued', 'running', 'waiting', 'stalled', 'succeeded', 'flagged', 'reused', 'failed']
const whenAny: readonly Mark[] = ['skipped', 'cancelled']

/** The counters above a run, each of which filters; rare endings appear once there is one. */
export function tiles(counts: StatusCounts, outcomeCounts: OutcomeCounts): Tile[] {
  const count = (mark: Mark) => (mark === 'reused' ? outcomeCounts.reused : counts[mark])
  return [...always, ...whenAny.filter((mark) => count(mark) > 0)].map((mark) => ({ mark, count: count(mark) }))
}

/** How many open questions only a person can answer. */
export function needsYou(state: Pick<RunState, 'run' | 'checkpoints'>): number {
  return openCheckpoints(state).length
}

/** Whether an agent is counted in a tile. A reused answer is counted among the succeeded ones too. */
export function isInTile(agent: AgentState, tile: Mark): boolean {
  return tile === 'reused' ? agent.reusedFrom !== null : agent.status === tile
}

/** A tile from the address bar; null for anything else. */
export function parseTile(text: string | null): Mark | null {
  return [...agentStatuses, 'reused' as const].find((mark) => mark === text) ?? null
}

const outcomeCountsWords: readonly (keyof OutcomeCounts)[] = ['succeeded', 'flagged', 'failed', 'skipped', 'cancelled']

/** `12 succeeded, 1 flagged, 2 failed, 3 depend on flagged answers, 4 calls refused`; never silent about a dead agent, or one never made. */
export function outcomeCountsSentence(outcomeCounts: OutcomeCounts): string {
  const parts = outcomeCountsWords
    .filter((word) => outcomeCounts[word] > 0)
    .map((word) => `${outcomeCounts[word]} ${word}`)
  const reused = outcomeCounts.reused > 0 ? ` (${outcomeCounts.reused} reused)` : ''
  const dependent =
    outcomeCounts.withFlaggedInputs > 0
      ? `, ${plural(outcomeCounts.withFlaggedInputs, 'depends', 'depend')} on flagged answers`
      : ''
  const refused = outcomeCounts.refusedCalls > 0 ? `, ${plural(outcomeCounts.refusedCalls, 'call')} refused` : ''
  return parts.length === 0 ? `no agent has ended${refused}` : `${parts.join(', ')}${reused}${dependent}${refused}`
}
