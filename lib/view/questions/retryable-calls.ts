import type { RunState } from '@/lib/core/run/state'

/**
 * Number of the script's calls that ended without an answer and can be retried, refused ones included.
 * Spawned agents belong to their parent.
 */
export function countRetryableCalls(state: RunState): number {
  let count = state.outcomeCounts.refusedCalls
  for (const { status, parentId } of state.agents.values())
    if (parentId === null && (status === 'failed' || status === 'cancelled' || status === 'skipped'))
      count += 1
  return count
}
