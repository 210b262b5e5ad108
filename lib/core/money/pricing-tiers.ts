import { type Price, promptTokens } from './pricing'
import type { Usage } from './usage'

/** What else than model and tokens decides a price; `long` is a prompt beyond `LONG_PROMPT_TOKENS`. */
export const pricingTiers = ['batch', 'fast', 'long', 'us'] as const
export type PricingTier = (typeof pricingTiers)[number]

/** The threshold of the price list's only model with long-prompt rates (Haiku 5.5's model page). */
export const LONG_PROMPT_TOKENS = 100_000

/** The pricing tiers of one response as sums are kept by them: names in order, '' for none. */
export function pricingTiersOf(usage: Usage): string {
  const holds: Record<PricingTier, boolean> = {
    batch: usage.serviceTier === 'batch',
    fast: usage.speed === 'fast',
    long: promptTokens(usage) > LONG_PROMPT_TOKENS,
    us: usage.inferenceGeo === 'us',
  }
  return pricingTiers.filter((name) => holds[name]).join(' ')
}

/** Pricing tiers as they were kept. */
export function readPricingTiers(text: string): ReadonlySet<PricingTier> {
  return new Set(pricingTiers.filter((name) => text.split(' ').includes(name)))
}

/** What every rate is multiplied by in these tiers, over 20, so 1.1 stays whole. */
export function rateMultiplierOver20(tiers: ReadonlySet<PricingTier>, price: Price): number {
  const fast = tiers.has('fast') ? (price.fastMultiplier ?? 1) : 1
  const geo = tiers.has('us') && price.geoPriced ? 11 : 10
  const batch = tiers.has('batch') && price.batch ? 1 : 2
  return fast * geo * batch
}
