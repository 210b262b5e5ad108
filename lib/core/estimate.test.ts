import { describe, expect, test } from 'vitest'
import { type AgentSample, deliveries, type EstimateRow, historyOf, one, recommendation, spread } from './estimate'
import { priceTable } from './price-table'
import { findPrice } from './pricing'

const priceOf = (model: string) => findPrice(priceTable, model, '2026-11-22T00:00:00Z')
const flat = (value: number) => ({ low: value, likely: value, high: value })
const row = (more: Partial<EstimateRow>): EstimateRow => ({
  phase: 'A',
  model: 'claude-sonnet-5-5',
  agents: one,
  tokens: flat(1000),
  costNanoUsd: flat(1_000_000),
  secondsEach: flat(60),
  countBasis: 'source',
  tokenBasis: 'prior',
  ...more,
})

test('the spread of measured values is their tenth, fiftieth and ninetieth percentile', () => {
  expect(spread([])).toBeNull()
  expect(spread([7])).toEqual(flat(7))
  expect(spread(Array.from({ length: 11 }, (_, at) => at))).toEqual({ low: 1, likely: 5, high: 9 })
})

test('history counts the agents of a phase by run, and knows nothing of other phases and models', () => {
  const sample = (runId: string, tokens: number, more: Partial<AgentSample> = {}): AgentSample => ({
    runId,
    phase: 'A',
    model: 'm',
    tokens,
    costNanoUsd: tokens * 2,
    seconds: 5,
    ...more,
  })
  const samples = [
    sample('1', 10),
    sample('1', 30),
    sample('2', 20, { seconds: null }),
    sample('2', 99, { phase: 'B' }),
  ]
  const known = historyOf(samples, 'A', 'm')
  expect(known.agents).toEqual({ low: 1, likely: 2, high: 2 })
  expect(known.tokens).toEqual({ low: 10, likely: 20, high: 30 })
  expect(known.seconds).toEqual(flat(5))
  expect(historyOf(samples, 'A', 'other').tokens).toBeNull()
})

describe('four deliveries', () => {
  const rows = [row({ agents: flat(30) }), row({ phase: 'B', model: 'claude-opus-5-5', agents: flat(1) })]

  test('cost the same apart from fast and batch, and every number is the sum of its rows', () => {
    const rowsTogether = rows.map((one) => ({ ...one, costNanoUsd: flat(one.agents.likely * 1_000_000) }))
    const [sequential, parallel, fast, batch] = deliveries(rowsTogether, 10, priceOf)
    expect(sequential).toMatchObject({ costNanoUsd: 31_000_000, seconds: 31 * 60 })
    expect(parallel).toMatchObject({ costNanoUsd: 31_000_000, seconds: 3 * 60 + 60 })
    expect(fast).toMatchObject({ costNanoUsd: 32_000_000, note: 'Only some of these models have a fast mode.' })
    expect(fast?.seconds).toBeLessThan(parallel?.seconds ?? 0)
    expect(batch?.costNanoUsd).toBe(15_500_000)
  })

  test('have no price where a model has none', () => {
    const [sequential] = deliveries([row({ costNanoUsd: null, model: 'nobody-knows' })], 10, priceOf)
    expect(sequential?.costNanoUsd).toBeNull()
  })

  test('small or strictly dependent work is better run one after the other', () => {
    const small = [row({ secondsEach: flat(4) }), row({ phase: 'B', secondsEach: flat(4) })]
    expect(recommendation(small, deliveries(small, 10, priceOf))).toMatch(/^Run it one after the other.*save 0 s/)
    expect(recommendation(rows, deliveries(rows, 10, priceOf))).toMatch(
      /^Run it in parallel: about 4 min instead of 31 min/,
    )
    expect(recommendation([], deliveries([], 10, priceOf))).toMatch(/^Nothing can be said/)
  })
})
