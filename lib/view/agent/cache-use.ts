import type { Totals } from '@/lib/core/agent/totals'
import { formatUsd } from '../format/money'
import { percent } from '../format/numbers'

/**
 * How much of what was read came from the prompt cache, in percent, and what that saved in nanodollars; null
 * is unknown.
 */
export type CacheUse = { hitPercent: number; savedNanoUsd: number | null }

/** What was sent: read from the cache, written to it, and neither. */
type Sent = { readTokens: number; writtenTokens: number; newTokens: number }

/**
 * Null before anything was sent. Where nothing was read from the cache nothing was saved, whatever the
 * prices.
 */
export function cacheUse(
  { readTokens, writtenTokens, newTokens }: Sent,
  savedNanoUsd: number | null,
): CacheUse | null {
  const cached = readTokens + writtenTokens
  if (cached + newTokens === 0) return null
  return {
    hitPercent: percent(readTokens, cached + newTokens),
    savedNanoUsd: cached === 0 ? 0 : savedNanoUsd,
  }
}

/** The prompt cache of a run, by what its turns were booked at: unknown as soon as one has no price. */
export function cacheUseOf(totals: Totals): CacheUse | null {
  return cacheUse(
    {
      readTokens: totals.cacheReadTokens,
      writtenTokens: totals.cacheWriteTokens,
      newTokens: totals.inputTokens,
    },
    totals.unpricedTurns > 0 ? null : totals.cacheSavedNanoUsd,
  )
}

/** `62 % · saved $1.20`; a cache that has cost more than it saved so far says so. */
export function cacheWords(use: CacheUse | null): string {
  if (use === null) return '–'
  const { hitPercent, savedNanoUsd } = use
  if (savedNanoUsd === null) return `${hitPercent}% · saving unknown`
  if (savedNanoUsd === 0) return `${hitPercent}%`
  const [verb, amount] = savedNanoUsd > 0 ? ['saved', savedNanoUsd] : ['cost', -savedNanoUsd]
  return `${hitPercent}% · ${verb} ${formatUsd(amount)}`
}
