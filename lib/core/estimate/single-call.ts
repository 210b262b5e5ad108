import { type Price, ratesFor } from '../money/pricing'
import type { Range } from './estimate'

/** What one agent probably uses: its prompts and its answers apart, since they are priced apart. */
export type Use = { input: Range; output: Range }

/**
 * Output tokens of a single answer, thinking included, when nothing has been measured: a stated prior. A
 * verdict is a few lines, a finding with its reasons about a page, a report several.
 */
export const ANSWER_TOKENS: Range = { low: 200, likely: 1_000, high: 5_000 }

/** An agent without tools is one request: its measured prompt, and one answer that its `maxTokens` bounds. */
export function singleCall(promptTokens: number, maxTokens: number): Use {
  const { low, likely, high } = ANSWER_TOKENS
  return {
    input: { low: promptTokens, likely: promptTokens, high: promptTokens },
    output: {
      low: Math.min(low, maxTokens),
      likely: Math.min(likely, maxTokens),
      high: Math.min(high, maxTokens),
    },
  }
}

/**
 * List-price nanodollars of a single call. Its prompt is sent once, so none of it is read from a cache; at
 * worst it is written to one.
 */
export function costOfCall({ input, output }: Use, price: Price): Range {
  const nano = (tokens: number, written: number, kind: 'input' | 'cacheWrite5m') => {
    const rates = ratesFor(price, tokens)
    return Math.round((tokens * rates[kind] + written * rates.output) / 1000)
  }
  return {
    low: nano(input.low, output.low, 'input'),
    likely: nano(input.likely, output.likely, 'input'),
    high: nano(input.high, output.high, 'cacheWrite5m'),
  }
}
