import type { RunState } from '@/lib/core/run/state'

/**
 * Number of the script's calls that ended without an answer and can be retried, refused ones included.
 * Spawned agents belong to their parent.
 */
export function countRetryableCalls(state: RunState): number {
  // It was made elsewhere, and is forked in place of being gone on with.
  if (state.run.imported !== null) return 0
  let count = state.outcomeCounts.refusedCalls
  for (const { status, parentId } of state.agents.values())
    if (parentId === null && (status === 'failed' || status === 'cancelled' || status === 'skipped'))
      count += 1
  return count
}
