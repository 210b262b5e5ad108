import type { Totals } from '@/lib/core/agent/totals'

export type RunSpend = {
  spent: number
  reserved: number
  unsettled: number
  cap: number | null
  /** Widths along the meter, 0 to 1; zero without a cap. */
  shares: { spent: number; unsettled: number; reserved: number }
  isUnknown: boolean
}

/**
 * Money of a run against its cap. Turns without a known price make the sum a lower bound, and that is said.
 */
export function runSpendOf(
  totals: Pick<Totals, 'spentNanoUsd' | 'reservedNanoUsd' | 'unsettledNanoUsd' | 'costNanoUsd'>,
  cap: number | null,
): RunSpend {
  const { spentNanoUsd: spent, reservedNanoUsd: reserved, unsettledNanoUsd: unsettled } = totals
  const share = (part: number) => (cap === null || cap === 0 ? 0 : Math.min(1, Math.max(0, part / cap)))
  return {
    spent,
    reserved,
    unsettled,
    cap,
    shares: { spent: share(spent), unsettled: share(unsettled), reserved: share(reserved) },
    isUnknown: totals.costNanoUsd === null,
  }
}

/** All tokens of a run as one number. */
export function allTokens(totals: {
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
}): number {
  return totals.inputTokens + totals.outputTokens + totals.cacheReadTokens + totals.cacheWriteTokens
}
