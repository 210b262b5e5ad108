import type { Price, Rates } from './pricing'
import { LONG_PROMPT_TOKENS } from './pricing-tiers'

/** Dollars per million tokens, as the public price list prints them, to picodollars per token. */
const usdPerMillion = (usd: number) => Math.round(usd * 1_000_000)

function rates(input: number, write5m: number, write1h: number, read: number, output: number): Rates {
  return {
    input: usdPerMillion(input),
    cacheWrite5m: usdPerMillion(write5m),
    cacheWrite1h: usdPerMillion(write1h),
    cacheRead: usdPerMillion(read),
    output: usdPerMillion(output),
  }
}

function price(model: string, effectiveFrom: string, own: Rates, rest: Partial<Price> = {}): Price {
  return {
    model,
    effectiveFrom,
    rates: own,
    longPrompt: null,
    fastMultiplier: null,
    geoPriced: true,
    batch: true,
    ...rest,
  }
}

const FAST = { fastMultiplier: 2 }
const NO_GEO = { geoPriced: false }
const opus5 = rates(5, 6.25, 10, 0.5, 25)
const fable52 = rates(8, 10, 16, 0.2, 40)
const fable51 = rates(10, 12.5, 20, 0.25, 50)
const fable5 = rates(10, 12.5, 20, 1, 50)
const opus45 = price('claude-opus-4-5', '2025-11-24', opus5, NO_GEO)
const sonnet45 = price('claude-sonnet-4-5', '2025-09-29', rates(3, 3.75, 6, 0.3, 15), NO_GEO)
const haiku45 = price('claude-haiku-4-5', '2025-10-15', rates(1, 1.25, 2, 0.1, 5), NO_GEO)

/**
 * The first-party price list as of 22 November 2026 (platform.claude.com, about-claude/pricing and the model
 * pages): dollars per million tokens for input, 5-minute write, 1-hour write, cache read, output. Fast mode
 * doubles every kind (fast-mode page); US inference costs 1.1 times on 4.6 and later (data-residency page);
 * batch halves. Haiku 5.5 charges five times above 100,000 prompt tokens, cached ones counted, the reading
 * that never under-states.
 */
export const priceTable: readonly Price[] = [
  price('claude-fable-5-2', '2026-11-09', fable52, FAST),
  price('claude-mythos-5-2', '2026-11-09', fable52, FAST),
  price('claude-fable-5-1', '2026-09-01', fable51),
  price('claude-mythos-5-1', '2026-09-01', fable51),
  price('claude-fable-5', '2026-06-09', fable5),
  price('claude-mythos-5', '2026-06-09', fable5),
  price('claude-opus-5-5', '2026-09-22', rates(4, 5, 8, 0.2, 20), FAST),
  price('claude-opus-5', '2026-07-24', opus5, FAST),
  price('claude-opus-4-8', '2026-05-28', opus5, FAST),
  price('claude-opus-4-7', '2026-01-01', opus5),
  price('claude-opus-4-6', '2026-01-01', opus5),
  opus45,
  price('claude-sonnet-5-5', '2026-09-28', rates(2, 2.5, 4, 0.1, 10)),
  price('claude-sonnet-5', '2026-06-30', rates(2, 2.5, 4, 0.2, 10)),
  price('claude-sonnet-4-6', '2026-01-01', rates(3, 3.75, 6, 0.3, 15)),
  sonnet45,
  price('claude-haiku-5-5', '2026-10-07', rates(0.1, 0.125, 0.2, 0.01, 0.5), {
    longPrompt: { aboveTokens: LONG_PROMPT_TOKENS, rates: rates(0.5, 0.625, 1, 0.05, 2.5) },
  }),
  haiku45,
]
