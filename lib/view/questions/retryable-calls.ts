import type { RunState } from '@/lib/core/run/state'

/**
 * How many calls of the script ended without an answer and can be tried again, those that were refused
 * included. Spawned agents belong to their parent.
 */
export function countRetryableCalls(state: RunState): number {
  let count = state.outcomeCounts.refusedCalls
  for (const { status, parentId } of state.agents.values())
    if (parentId === null && (status === 'failed' || status === 'cancelled' || status === 'skipped'))
      count += 1
  return count
}
