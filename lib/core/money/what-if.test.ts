import { describe, expect, test } from 'vitest'
import type { UsageSum } from './cost-store'
import { priceTable } from './price-table'
import { costOf, promptTokens } from './pricing'
import { pricingTiersOf } from './pricing-tiers'
import { sumsOfTurn } from './sums'
import { noUsage, type Usage } from './usage'
import { type Scenario, whatIf } from './what-if'

const day = '2026-11-20'

/** One response as a sum of one. */
function sumOf(usage: Partial<Usage>, model: string, repeatedTokens = 0, prices = priceTable): UsageSum {
  const whole = { ...noUsage, ...usage }
  const cost = costOf(whole, model, prices, `${day}T12:00:00Z`)
  return {
    day,
    model,
    pricingTiers: pricingTiersOf(whole, cost),
    ...sumsOfTurn({
      usage: whole,
      cost,
      promptBefore: 0,
    }),
    repeatedTokens,
  }
}
const ask = (line: UsageSum, scenario: Scenario) => whatIf([line], scenario, priceTable).nanoUsd
const used: Partial<Usage> = {
  inputTokens: 1234,
  outputTokens: 567,
  cacheReadTokens: 8910,
  cacheWrite5mTokens: 1112,
  cacheWrite1hTokens: 131,
  webSearchRequests: 2,
}

describe('what if', () => {
  test.each<[string, Partial<Usage>]>([
    ['claude-sonnet-5-5', used],
    ['claude-opus-5-5', { ...used, speed: 'fast' }],
    ['claude-opus-4-8', { ...used, serviceTier: 'batch', inferenceGeo: 'us' }],
    ['claude-haiku-5-5', { ...used, inputTokens: 150_000 }],
  ])('says of one response on %s as it was what was booked for it', (model, usage) => {
    const line = sumOf(usage, model)
    expect(line.costNanoUsd).toBeGreaterThan(0)
    expect(ask(line, { kind: 'as-it-was' })).toBe(line.costNanoUsd)
  })

  test.each([
    [150_000, 200_000],
    [50_000, 20_000],
  ])(
    'says the booked cost of a prompt of %i tokens where a price was edited to %i',
    (inputTokens, aboveTokens) => {
      const prices = priceTable.map((price) =>
        price.longPrompt === null ? price : { ...price, longPrompt: { ...price.longPrompt, aboveTokens } },
      )
      const line = sumOf({ inputTokens, outputTokens: 10 }, 'claude-haiku-5-5', 0, prices)
      expect(whatIf([line], { kind: 'as-it-was' }, prices).nanoUsd).toBe(line.costNanoUsd)
    },
  )

  test('says of another model, speed or delivery what a response bought so costs', () => {
    const line = sumOf(used, 'claude-opus-5-5')
    expect(ask(line, { kind: 'model', model: 'claude-haiku-4-5' })).toBe(
      sumOf(used, 'claude-haiku-4-5').costNanoUsd,
    )
    expect(ask(line, { kind: 'fast' })).toBe(sumOf({ ...used, speed: 'fast' }, 'claude-opus-5-5').costNanoUsd)
    expect(ask(line, { kind: 'batch' })).toBe(
      sumOf({ ...used, serviceTier: 'batch' }, 'claude-opus-5-5').costNanoUsd,
    )
    const fast = sumOf({ ...used, speed: 'fast' }, 'claude-opus-5-5')
    expect(ask(fast, { kind: 'standard' })).toBe(line.costNanoUsd)
  })

  test('counts what it changes nothing for, and leaves its cost alone', () => {
    const line = sumOf(used, 'claude-sonnet-4-6')
    expect(whatIf([line], { kind: 'fast' }, priceTable)).toMatchObject({
      nanoUsd: line.costNanoUsd,
      unchangedTurns: 1,
    })
    expect(whatIf([line], { kind: 'perfect-cache' }, priceTable).unchangedTurns).toBe(1)
  })

  test('with perfect caching never costs more than without any, and reads what was repeated', () => {
    // Two turns without a cache: the second sends the first again.
    const first = sumOf({ inputTokens: 10_000, outputTokens: 100 }, 'claude-sonnet-5-5')
    const second = sumOf({ inputTokens: 12_000, outputTokens: 100 }, 'claude-sonnet-5-5', 10_000)
    const both = {
      ...first,
      turns: 2,
      inputTokens: first.inputTokens + second.inputTokens,
      outputTokens: 200,
      repeatedTokens: 10_000,
      costNanoUsd: first.costNanoUsd + second.costNanoUsd,
    }
    // 10,000 written at $2.50, 10,000 read at $0.10, 2,000 sent at $2, 200 written at $10: per million.
    const byHand = 10_000 * 2500 + 10_000 * 100 + 2000 * 2000 + 200 * 10_000
    expect(ask(both, { kind: 'perfect-cache' })).toBe(byHand)
    expect(byHand).toBeLessThan(both.costNanoUsd)
    expect(ask(first, { kind: 'perfect-cache' })).toBe(first.costNanoUsd)
  })

  test('with perfect caching never costs more than it did, where siblings had shared a prefix and others had none', () => {
    const shared = sumOf(
      { cacheWrite5mTokens: 1500, cacheReadTokens: 15_000, outputTokens: 10 },
      'claude-sonnet-5-5',
    )
    const line = { ...shared, turns: 2, inputTokens: 4000 }
    expect(ask(line, { kind: 'perfect-cache' })).toBe(ask(line, { kind: 'as-it-was' }))
  })

  test('is unknown, not zero, where a price is', () => {
    const line = { ...sumOf(used, 'claude-sonnet-5-5'), model: 'house-model' }
    expect(ask(line, { kind: 'as-it-was' })).toBeNull()
    expect(ask(line, { kind: 'model', model: 'nobody' })).toBeNull()
    expect(ask(line, { kind: 'model', model: 'claude-haiku-4-5' })).toBeGreaterThan(0)
    expect(promptTokens({ ...noUsage, ...used })).toBe(1234 + 8910 + 1112 + 131)
  })
})
