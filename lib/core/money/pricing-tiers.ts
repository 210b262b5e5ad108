import { type Cost, promptTokens } from './pricing'
import type { Usage } from './usage'

/** What else than model and tokens decides a price; `long` is a prompt that long-prompt rates apply to. */
export const pricingTiers = ['batch', 'fast', 'long', 'us'] as const
export type PricingTier = (typeof pricingTiers)[number]

/** The threshold of the shipped price list's only model with long-prompt rates (Haiku 5.5's model page). */
export const LONG_PROMPT_TOKENS = 100_000

/**
 * The pricing tiers of one response as sums are kept by them: names in order, '' for none. `long` is what the
 * cost says of itself, so an edited price and the sums agree. A cost that does not say (its price has no
 * long-prompt rates, or it was booked before costs said so) is judged by the shipped threshold, for asking
 * what another model would have cost.
 */
export function pricingTiersOf(usage: Usage, cost: Cost | null): string {
  const holds: Record<PricingTier, boolean> = {
    batch: usage.serviceTier === 'batch',
    fast: usage.speed === 'fast',
    long: cost?.isLongPrompt ?? promptTokens(usage) > LONG_PROMPT_TOKENS,
    us: usage.inferenceGeo === 'us',
  }
  return pricingTiers.filter((name) => holds[name]).join(' ')
}

/** Pricing tiers as they were kept. */
export function readPricingTiers(text: string): ReadonlySet<PricingTier> {
  return new Set(pricingTiers.filter((name) => text.split(' ').includes(name)))
}
