import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { priceTable } from '../money/price-table'
import { findPrice } from '../money/pricing'
import {
  atDeliveryTerms,
  type DeliveryOption,
  deliveryTermsFor,
  deliveryTermsOf,
  type Pinned,
  unpinned,
} from './delivery-options'
import {
  type AgentSample,
  deliveries,
  type EstimateRow,
  historyOf,
  one,
  type Range,
  recommendation,
  spread,
  sumOf,
  withinCap,
} from './estimate'

const slots = (count: number) => () => count
const flat = (value: number) => ({ low: value, likely: value, high: value })
type Told = {
  phase?: string
  model?: string
  agents?: number
  nanoUsd?: number
  seconds?: number
  turns?: Range
  chain?: number
  pinned?: Pinned
}
const row = ({
  phase = 'A',
  model = 'claude-sonnet-5-5',
  agents = 1,
  nanoUsd = 1_000_000,
  seconds = 60,
  turns = flat(1),
  chain = 1,
  pinned = unpinned,
}: Told): EstimateRow => {
  const price = findPrice(priceTable, model, '2026-11-22T00:00:00Z')
  const option = (name: DeliveryOption) => {
    const deliveryTerms = deliveryTermsFor(model, pinned, deliveryTermsOf(name, 'standard'))
    return {
      ...deliveryTerms,
      costNanoUsd: price === null ? null : atDeliveryTerms(nanoUsd, deliveryTerms, price),
    }
  }
  const deliveryOptions = { live: option('live'), fast: option('fast'), batch: option('batch') }
  return {
    phase,
    model,
    speed: deliveryOptions.live.speed,
    delivery: deliveryOptions.live.delivery,
    agents: flat(agents),
    tokens: flat(1000),
    costNanoUsd: price === null ? null : flat(atDeliveryTerms(nanoUsd, deliveryOptions.live, price)),
    secondsEach: flat(seconds),
    turnsEach: turns,
    chain,
    reservationNanoUsd: null,
    reservationTokens: 16_000,
    deliveryOptions,
    countBasis: 'source',
    tokenBasis: 'prior',
  }
}

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
    turns: 3,
    isFast: false,
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
  expect(known.turns).toEqual(flat(3))
  expect(historyOf(samples, 'A', 'other').tokens).toBeNull()
})

describe('four deliveries', () => {
  const rows = [
    row({ agents: 30, nanoUsd: 30_000_000 }),
    row({ phase: 'B', model: 'claude-opus-5-5', nanoUsd: 1_000_000 }),
  ]

  test('cost the same apart from fast and batch, and every number is the sum of its rows', () => {
    const [sequential, parallel, fast, batch] = deliveries(rows, slots(10))
    expect(sequential).toMatchObject({ costNanoUsd: 31_000_000, seconds: 31 * 60 })
    expect(parallel).toMatchObject({ costNanoUsd: 31_000_000, seconds: 3 * 60 + 60 })
    expect(fast).toMatchObject({
      costNanoUsd: 32_000_000,
      note: 'Only some of these agents support fast mode.',
    })
    expect(fast?.seconds).toBeLessThan(parallel?.seconds ?? 0)
    expect(batch).toMatchObject({ costNanoUsd: 15_500_000, seconds: 2 * 3600 })
  })

  test('leave a phase as it was set, whatever delivery the rest gets', () => {
    const set = [
      row({ pinned: { speed: null, delivery: 'batch' } }),
      row({ phase: 'B', model: 'claude-opus-5-5', pinned: { speed: 'fast', delivery: 'live' } }),
    ]
    const [sequential, parallel, fast, batch] = deliveries(set, slots(10))
    for (const option of [sequential, parallel, fast, batch])
      expect(option?.costNanoUsd).toBe(500_000 + 2_000_000)
    expect(parallel?.seconds).toBe(3600 + Math.round(60 / 1.8))
    expect(batch?.note).toMatch(/set to live stay live/)
  })

  test('count a round of a batch for every turn of the agent that takes most, and phases one after the other', () => {
    const hours = (...own: EstimateRow[]) => {
      const batch = deliveries(own, slots(10)).find(({ kind }) => kind === 'batch')
      return [(batch?.seconds ?? 0) / 3600, batch?.note?.match(/; (.*) counted/)?.[1]]
    }
    const turns = { low: 2, likely: 5, high: 9 }
    expect(hours(row({}))).toEqual([1, 'one round is'])
    expect(hours(row({ turns }))).toEqual([5, '5 rounds are'])
    expect(hours(row({ turns }), row({ model: 'claude-opus-5-5', turns: flat(7) }))).toEqual([
      7,
      '7 rounds are',
    ])
    expect(hours(row({ turns }), row({ phase: 'B' }), row({ phase: 'C', turns: flat(2) }))).toEqual([
      8,
      '8 rounds are',
    ])
    // Of many, the slowest decides.
    expect(hours(row({ turns, agents: 100 }))).toEqual([9, '9 rounds are'])
    // Agents that wait for one another do not share a round.
    expect(hours(row({ turns, agents: 4, chain: 4 }))).toEqual([20, '20 rounds are'])
    expect(hours(row({ turns, agents: 0 }))).toEqual([0, '0 rounds are'])
  })

  test('take as long as the slowest of many, and as those that wait for one another', () => {
    const seconds = (own: EstimateRow) =>
      deliveries([own], slots(100)).find(({ kind }) => kind === 'parallel')?.seconds
    const spread = { secondsEach: { low: 30, likely: 90, high: 300 } }
    expect(seconds({ ...row({ agents: 2 }), ...spread })).toBe(90)
    expect(seconds({ ...row({ agents: 7 }), ...spread })).toBe(300)
    expect(seconds({ ...row({ agents: 5, chain: 5 }), ...spread })).toBe(450)
  })

  test('have no price where a model has none', () => {
    const [sequential] = deliveries([row({ model: 'nobody-knows' }), row({})], slots(10))
    expect(sequential?.costNanoUsd).toBeNull()
  })

  test('small or strictly dependent work is better run one after the other', () => {
    const small = [row({ seconds: 4 }), row({ phase: 'B', seconds: 4 })]
    expect(recommendation(small, deliveries(small, slots(10)))).toMatch(/^Run it sequentially.*save 0 s/)
    expect(recommendation(rows, deliveries(rows, slots(10)))).toMatch(
      /^Run it in parallel: about 4 min instead of 31 min/,
    )
    expect(recommendation([], deliveries([], slots(10)))).toMatch(/^No estimate before the first run/)
  })
})

test('a batch has no fast mode, nor has a model that was never given one', () => {
  const fast = { speed: 'fast', delivery: 'live' } as const
  expect(deliveryTermsFor('claude-opus-5-5', unpinned, fast).speed).toBe('fast')
  expect(deliveryTermsFor('claude-sonnet-5-5', unpinned, fast).speed).toBe('standard')
  expect(deliveryTermsFor('claude-opus-5-5', { speed: null, delivery: 'batch' }, fast)).toEqual({
    speed: 'standard',
    delivery: 'batch',
  })
})

test('what is foreseen in all is never more than a cap lets start, and what is likely comes first', () => {
  const range = fc
    .tuple(fc.nat(60), fc.nat(60), fc.nat(1000))
    .map(([low, more, most]) => ({ low, likely: low + more, high: low + more + most }))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 400 }), fc.nat(2000), (ranges, cap) => {
      const bounded = withinCap(ranges, cap)
      const [before, after] = [sumOf(ranges), sumOf(bounded)]
      for (const edge of ['low', 'likely', 'high'] as const) {
        expect(after[edge]).toBeLessThanOrEqual(cap)
        if (before.high <= cap) expect(after[edge]).toBe(before[edge])
      }
      if (before.likely <= cap) expect(after.likely).toBe(before.likely)
      for (const { low, likely, high } of bounded) expect(low <= likely && likely <= high).toBe(true)
    }),
  )
  expect(withinCap([{ low: 1, likely: 1, high: 1000 }, one], 10)).toEqual([
    { low: 1, likely: 1, high: 9 },
    one,
  ])
})
