import type { Cost } from './pricing'
import { tokenCounts, type Usage } from './usage'

/**
 * What the prompt cache saved in one response, in nanodollars: its prompt as if all of it had been new, less
 * what it was booked at. Negative while more was written than read. Without a price nothing is claimed.
 */
export function cacheSavedNanoUsd(usage: Usage, cost: Cost | null): number {
  if (cost === null) return 0
  const { input, cacheRead, cacheWrite5m, cacheWrite1h } = cost.byKind
  const booked = input + cacheRead + cacheWrite5m + cacheWrite1h
  return (cost.uncachedNanoUsd ?? asNew(usage, input) ?? booked) - booked
}

/** The prompt of an old response at the price that its new tokens were booked at; null where it had none. */
function asNew(usage: Usage, inputNanoUsd: number): number | null {
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = tokenCounts(usage)
  if (inputTokens === 0) return null
  return inputNanoUsd + Math.floor(((cacheReadTokens + cacheWriteTokens) * inputNanoUsd) / inputTokens + 0.5)
}
