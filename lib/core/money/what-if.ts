import type { UsageSum } from './cost-store'
import { findPrice, type Price, type Rates, rateMultiplierOver20 } from './pricing'
import { type PricingTier, readPricingTiers } from './pricing-tiers'

/** One way the same tokens could have been bought. */
export type Scenario =
  | { kind: 'as-it-was' }
  | { kind: 'model'; model: string }
  | { kind: 'fast' }
  | { kind: 'standard' }
  | { kind: 'batch' }
  | { kind: 'perfect-cache' }
  | { kind: 'no-cache' }

/** What a scenario would have cost; null when a price it needs is not known. */
export type WhatIf = {
  scenario: Scenario
  nanoUsd: number | null
  /** Responses it changes nothing for: models without that speed, delivery, or a cache to gain from. */
  unchangedTurns: number
}

/**
 * The same tokens under another scenario, at the prices of the days they were used on. Worked out from sums,
 * so each may differ from a sum of single turns by half a nanodollar a turn and kind. Searches cost what they
 * cost.
 */
export function whatIf(lines: readonly UsageSum[], scenario: Scenario, prices: readonly Price[]): WhatIf {
  let nanoUsd: number | null = 0
  let unchangedTurns = 0
  for (const line of lines) {
    const model = scenario.kind === 'model' ? scenario.model : line.model
    const price = findPrice(prices, model, `${line.day}T23:59:59.999Z`) ?? priceSince(prices, model)
    if (price === null) {
      nanoUsd = null
      continue
    }
    const pricingTiers = changedTiers(readPricingTiers(line.pricingTiers), scenario, price)
    const asked = costOfSum(line, scenario, price, pricingTiers)
    // Perfect caching is never worse than what was done.
    const cost =
      scenario.kind === 'perfect-cache'
        ? Math.min(asked, costOfSum(line, { kind: 'as-it-was' }, price, pricingTiers))
        : asked
    if (nanoUsd !== null) nanoUsd += cost + line.webSearchNanoUsd
    if (isUnchanged(line, scenario, price)) unchangedTurns += line.turns
  }
  return { scenario, nanoUsd, unchangedTurns }
}

/** A model that did not exist yet on that day is taken at its first price. */
function priceSince(prices: readonly Price[], model: string): Price | null {
  const rows = prices.filter((price) => price.model === model)
  return rows.reduce<Price | null>(
    (first, row) => (first !== null && first.effectiveFrom < row.effectiveFrom ? first : row),
    null,
  )
}

function changedTiers(
  pricingTiers: ReadonlySet<PricingTier>,
  scenario: Scenario,
  price: Price,
): ReadonlySet<PricingTier> {
  const changed = new Set(pricingTiers)
  if (scenario.kind === 'fast' && price.fastMultiplier !== null) changed.add('fast').delete('batch')
  if (scenario.kind === 'standard') changed.delete('fast')
  if (scenario.kind === 'batch' && price.batch) changed.add('batch').delete('fast')
  return changed
}

function isUnchanged(line: UsageSum, scenario: Scenario, price: Price): boolean {
  const pricingTiers = readPricingTiers(line.pricingTiers)
  switch (scenario.kind) {
    case 'as-it-was':
      return true
    case 'model':
      return line.model === scenario.model
    case 'fast':
      return price.fastMultiplier === null || pricingTiers.has('fast')
    case 'standard':
      return !pricingTiers.has('fast')
    case 'batch':
      return !price.batch || pricingTiers.has('batch')
    case 'perfect-cache':
      return line.repeatedTokens === 0
    case 'no-cache':
      return line.cacheReadTokens + line.cacheWriteTokens === 0
  }
}

function costOfSum(
  line: UsageSum,
  scenario: Scenario,
  price: Price,
  pricingTiers: ReadonlySet<PricingTier>,
): number {
  const rates = pricingTiers.has('long') && price.longPrompt !== null ? price.longPrompt.rates : price.rates
  const counts = countsOf(line, scenario)
  const kinds: readonly (keyof Rates)[] = ['input', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'output']
  const over20 = rateMultiplierOver20(price, {
    isFast: pricingTiers.has('fast'),
    isUs: pricingTiers.has('us'),
    isBatch: pricingTiers.has('batch'),
  })
  return kinds.reduce((sum, kind) => sum + nano(counts[kind], rates[kind], over20), 0)
}

type Counts = Record<keyof Rates, number>

function countsOf(line: UsageSum, { kind }: Scenario): Counts {
  if (kind === 'perfect-cache') return perfectlyCached(line)
  return kind === 'no-cache' ? uncached(line) : asSent(line)
}

/** All of every prompt as plain input. */
function uncached(line: UsageSum): Counts {
  const input = line.inputTokens + line.cacheWriteTokens + line.cacheReadTokens
  return { input, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: line.outputTokens }
}

function asSent(line: UsageSum): Counts {
  return {
    input: line.inputTokens,
    cacheWrite5m: line.cacheWriteTokens - line.hourWriteTokens,
    cacheWrite1h: line.hourWriteTokens,
    cacheRead: line.cacheReadTokens,
    output: line.outputTokens,
  }
}

/**
 * Every conversation reads from the cache what it sent before and writes what it will send again: at most
 * what was new, and at most what was repeated. Sharing between siblings is not counted, so more may be
 * possible.
 */
function perfectlyCached(line: UsageSum): Counts {
  const prompt = line.inputTokens + line.cacheWriteTokens + line.cacheReadTokens
  const read = Math.max(Math.min(line.repeatedTokens, prompt), Math.min(line.cacheReadTokens, prompt))
  const fresh = prompt - read
  const written = Math.min(fresh, read)
  return {
    input: fresh - written,
    cacheWrite5m: written,
    cacheWrite1h: 0,
    cacheRead: read,
    output: line.outputTokens,
  }
}

/** tokens × picodollars × multiplier/20 ÷ 1000, rounded half-up to a whole nanodollar. */
function nano(tokens: number, ratePico: number, over20: bigint): number {
  const scaled = BigInt(tokens) * BigInt(ratePico) * over20
  return Number((scaled * 2n + 20_000n) / 40_000n)
}
