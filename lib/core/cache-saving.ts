import { findPrice, type Price } from './pricing'
import type { TokenCounts } from './usage'

/**
 * What the prompt cache saved, in nanodollars: tokens read from it at the price of new ones, less what they and the
 * writing of them cost above it. Negative while more was written than read. Null when the model has no price. Writes
 * are taken for five-minute ones and prompts for short ones: token counts do not say more.
 */
export function cacheSaving(
  tokens: Pick<TokenCounts, 'cacheReadTokens' | 'cacheWriteTokens'>,
  model: string,
  prices: readonly Price[],
  at: string,
): number | null {
  const price = findPrice(prices, model, at)
  if (price === null) return null
  const { input, cacheRead, cacheWrite5m } = price.rates
  return Math.round(
    (tokens.cacheReadTokens * (input - cacheRead) - tokens.cacheWriteTokens * (cacheWrite5m - input)) / 1000,
  )
}
