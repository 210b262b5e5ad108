import type { UsageSum } from '../money/cost-store'
import { type Price, type Rates, rateMultiplierOver20 } from '../money/pricing'
import { readPricingTiers } from '../money/pricing-tiers'
import type { BilledUsage } from './billed'

/**
 * Amounts are kept in twenty-thousandths of a nanodollar while they are added up: what tokens × picodollars × a
 * multiplier over 20 gives, without any rounding.
 */
export const UNITS_PER_NANO = 20_000n

/** A whole number of nanodollars in these units. */
export function unitsOfNano(nanoUsd: number): bigint {
  return BigInt(nanoUsd) * UNITS_PER_NANO
}

/** Units as nanodollars, rounded half away from zero. */
export function nanoOfUnits(units: bigint): number {
  const size = units < 0n ? -units : units
  const rounded = (size * 2n + UNITS_PER_NANO) / (UNITS_PER_NANO * 2n)
  return Number(units < 0n ? -rounded : rounded)
}

/** Tokens by the rate that they are priced at. */
export type TokensByRate = Record<keyof Rates, number>

/**
 * Tokens at the price list, in units: `whole` with everything that changes their price, and the same without the
 * discount of batches, without speed and region too (`standard`), and what long prompts add to `whole`.
 */
export type ListPrice = { whole: bigint; withoutBatch: bigint; standard: bigint; long: bigint }

export const nothing: ListPrice = { whole: 0n, withoutBatch: 0n, standard: 0n, long: 0n }

/** Adds two, part by part. */
export function addPrices(a: ListPrice, b: ListPrice): ListPrice {
  return {
    whole: a.whole + b.whole,
    withoutBatch: a.withoutBatch + b.withoutBatch,
    standard: a.standard + b.standard,
    long: a.long + b.long,
  }
}

/** Reported tokens at the list. Reports do not say which prompts were long, so nothing is added for those. */
export function priceOfBilled(usage: BilledUsage, price: Price): ListPrice {
  const multipliers = {
    isFast: usage.speed === 'fast',
    isUs: usage.geo === 'us',
    isBatch: usage.serviceTier === 'batch',
  }
  const tokens = tokensOfBilled(usage)
  return { ...multiplied(tokens, price.rates, price, multipliers), long: 0n }
}

/** Tokens that were counted here at the list of today. */
export function priceOfCounted(line: UsageSum, price: Price): ListPrice {
  const tiers = readPricingTiers(line.pricingTiers)
  const multipliers = { isFast: tiers.has('fast'), isUs: tiers.has('us'), isBatch: tiers.has('batch') }
  const tokens = tokensOfCounted(line)
  const usual = multiplied(tokens, price.rates, price, multipliers)
  if (!tiers.has('long') || price.longPrompt === null) return { ...usual, long: 0n }
  const { whole } = multiplied(tokens, price.longPrompt.rates, price, multipliers)
  return { ...usual, whole, long: whole - usual.whole }
}

/** Reported tokens by rate. */
export function tokensOfBilled(usage: BilledUsage): TokensByRate {
  return {
    input: usage.inputTokens,
    cacheWrite5m: usage.cacheWrite5mTokens,
    cacheWrite1h: usage.cacheWrite1hTokens,
    cacheRead: usage.cacheReadTokens,
    output: usage.outputTokens,
  }
}

/** Counted tokens by rate. */
export function tokensOfCounted(line: UsageSum): TokensByRate {
  return {
    input: line.inputTokens,
    cacheWrite5m: line.cacheWriteTokens - line.hourWriteTokens,
    cacheWrite1h: line.hourWriteTokens,
    cacheRead: line.cacheReadTokens,
    output: line.outputTokens,
  }
}

const rateNames: readonly (keyof Rates)[] = ['input', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'output']

function multiplied(
  tokens: TokensByRate,
  rates: Rates,
  price: Price,
  multipliers: { isFast: boolean; isUs: boolean; isBatch: boolean },
): Omit<ListPrice, 'long'> {
  const atList = rateNames.reduce((sum, name) => sum + BigInt(tokens[name]) * BigInt(rates[name]), 0n)
  const times = (given: typeof multipliers) => atList * rateMultiplierOver20(price, given)
  return {
    whole: times(multipliers),
    withoutBatch: times({ ...multipliers, isBatch: false }),
    standard: times({ isFast: false, isUs: false, isBatch: false }),
  }
}
