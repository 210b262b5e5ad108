import { type Price, promptTokens } from './pricing'
import type { Usage } from './usage'

/** What else than model and tokens decides a price; `long` is a prompt beyond `LONG_PROMPT_TOKENS`. */
export const termNames = ['batch', 'fast', 'long', 'us'] as const
export type Term = (typeof termNames)[number]

/** The threshold of the price list's only model with long-prompt rates (Haiku 5.5's model page). */
export const LONG_PROMPT_TOKENS = 100_000

/** The terms of one response as sums are kept by them: names in order, '' for none. */
export function termsOf(usage: Usage): string {
  const holds: Record<Term, boolean> = {
    batch: usage.serviceTier === 'batch',
    fast: usage.speed === 'fast',
    long: promptTokens(usage) > LONG_PROMPT_TOKENS,
    us: usage.inferenceGeo === 'us',
  }
  return termNames.filter((name) => holds[name]).join(' ')
}

/** Terms as they were kept. */
export function readTerms(text: string): ReadonlySet<Term> {
  return new Set(termNames.filter((name) => text.split(' ').includes(name)))
}

/** What every rate is multiplied by under these terms, over 20, so that 1.1 stays whole. */
export function termsOver20(terms: ReadonlySet<Term>, price: Price): number {
  const fast = terms.has('fast') ? (price.fastMultiplier ?? 1) : 1
  const geo = terms.has('us') && price.geoPriced ? 11 : 10
  const batch = terms.has('batch') && price.batch ? 1 : 2
  return fast * geo * batch
}
