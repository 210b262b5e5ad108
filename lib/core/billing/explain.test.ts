import { expect, test } from 'vitest'
import type { UsageSum } from '../money/cost-store'
import { priceTable } from '../money/price-table'
import { findPrice } from '../money/pricing'
import { type BilledCost, type BilledUsage, isOpenDay, type MappedKeys, projectOf } from './billed'
import { type Counted, explainDay } from './explain'
import { nanoOfUnits, priceOfCounted, UNITS_PER_NANO } from './list-price'
import { addParts, isExplained, type Part, partKinds } from './parts'

const DAY = '2026-11-20'
const sonnet = 'claude-sonnet-5-5'
const opus = 'claude-opus-5-5'
const haiku = 'claude-haiku-5-5'

/** Turns as sums keep them, booked at the list unless it is said otherwise. */
function line(change: Partial<UsageSum> = {}): UsageSum {
  const counted = {
    ...{ day: DAY, model: sonnet, pricingTiers: '', turns: 1, unpricedTurns: 0 },
    ...{ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, hourWriteTokens: 0 },
    ...{ repeatedTokens: 0, costNanoUsd: 0, webSearchNanoUsd: 0 },
    ...change,
  }
  const price = findPrice(priceTable, counted.model, `${DAY}T23:59:59Z`)
  const listed = price === null ? 0 : nanoOfUnits(priceOfCounted(counted, price).whole)
  return { ...counted, costNanoUsd: change.costNanoUsd ?? listed + counted.webSearchNanoUsd }
}

function counted(lines: readonly UsageSum[], change: Partial<Counted> = {}): Counted {
  return { project: null, lines, unsettled: [], ...change }
}

function usage(change: Partial<BilledUsage> = {}): BilledUsage {
  return {
    ...{
      keyId: 'k1',
      workspaceId: null,
      model: sonnet,
      serviceTier: 'standard',
      speed: 'standard',
      geo: 'global',
    },
    ...{ inputTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0, cacheReadTokens: 0, outputTokens: 0 },
    webSearches: 0,
    ...change,
  }
}

function cost(usd: number, change: Partial<BilledCost> = {}): BilledCost {
  return {
    ...{ workspaceId: null, costType: 'tokens', model: sonnet, nanoUsd: Math.round(usd * 1e9) },
    roundedByNanoUsd: 1,
    ...change,
  }
}

type Asked = {
  counted?: Counted[]
  usage?: BilledUsage[]
  costs?: BilledCost[]
  mapping?: MappedKeys[]
  isOpen?: boolean
}

/** The parts of a day by kind, which have to add up to the difference. */
function explained({
  counted: groups = [counted([])],
  usage: used = [],
  costs = [],
  mapping = [],
  isOpen = false,
}: Asked) {
  const { computedNanoUsd, billedNanoUsd, parts } = explainDay({
    billed: { day: DAY, readAt: `${DAY}T00:00:00Z`, form: 'analytics', usage: used, costs },
    ...{ isOpen, counted: groups, mapping, prices: priceTable },
  })
  const sum = parts.reduce((all, { nanoUsd }) => all + nanoUsd, 0)
  expect(sum).toBe(billedNanoUsd - computedNanoUsd)
  return Object.fromEntries(parts.map(({ kind, nanoUsd }) => [kind, nanoUsd]))
}

const MILLION = 1_000_000
const own = line({ inputTokens: MILLION })
const same = usage({ inputTokens: MILLION })

test('nothing is to be explained where both sides agree, to the nanodollar', () => {
  expect(explained({ counted: [counted([own])], usage: [same], costs: [cost(2)] })).toEqual({})
  expect(explained({})).toEqual({})
})

test('a dated snapshot of a model is the same model', () => {
  const costs = [cost(2, { model: `${sonnet}-20260928` })]
  expect(
    explained({ counted: [counted([own])], usage: [{ ...same, model: `${sonnet}-20260928` }], costs }),
  ).toEqual({})
})

test('tokens of other keys are those of keys that Skein does not know', () => {
  const all = { usage: [same, usage({ keyId: 'other', outputTokens: MILLION })], costs: [cost(12)] }
  expect(explained({ counted: [counted([own])], ...all })).toEqual({ 'unknown-keys': 10e9 })
  // The same once it is known which key is whose: the rest has no runs at all.
  const mapping = [{ project: 'p', keyIds: ['k1'], workspaceIds: [] }]
  const groups = [counted([own], { project: 'p' }), counted([])]
  expect(explained({ counted: groups, mapping, ...all })).toEqual({ 'unknown-keys': 10e9 })
})

test('more tokens of a project’s own key than its runs used are not explained', () => {
  const mapping = [{ project: 'p', keyIds: ['k1'], workspaceIds: [] }]
  const groups = [counted([own], { project: 'p' }), counted([])]
  const used = [usage({ inputTokens: 3 * MILLION })]
  expect(explained({ counted: groups, mapping, usage: used, costs: [cost(6)] })).toEqual({ uncounted: 4e9 })
})

test('fewer tokens are pending while the day is open, and unexplained once it is over', () => {
  const of = { counted: [counted([own])], usage: [usage({ inputTokens: MILLION / 2 })], costs: [cost(1)] }
  expect(explained({ ...of, isOpen: true })).toEqual({ pending: -1e9 })
  expect(explained(of)).toEqual({ unreported: -1e9 })
  expect(explained({ counted: [counted([own])], isOpen: true })).toEqual({ pending: -2e9 })
  expect(explained({ counted: [counted([own])] })).toEqual({ unreported: -2e9 })
})

test('what one project used too much is not set off against what another used too little', () => {
  const mapping = [{ project: 'p', keyIds: ['k1'], workspaceIds: [] }]
  const groups = [counted([own], { project: 'p' }), counted([own])]
  const used = [usage({ inputTokens: 2 * MILLION })]
  expect(explained({ counted: groups, mapping, usage: used, costs: [cost(4)] })).toEqual({
    uncounted: 2e9,
    unreported: -2e9,
  })
})

test('unsettled turns explain tokens that were billed and not counted, as far as they go', () => {
  const unsettled = [{ model: sonnet, nanoUsd: 3e9 }]
  const of = { counted: [counted([own], { unsettled })] }
  expect(explained({ ...of, usage: [usage({ inputTokens: 2 * MILLION })], costs: [cost(4)] })).toEqual({
    unsettled: 2e9,
  })
  expect(explained({ ...of, usage: [usage({ inputTokens: 3 * MILLION })], costs: [cost(6)] })).toEqual({
    unsettled: 3e9,
    'unknown-keys': 1e9,
  })
  expect(explained({ ...of, usage: [same], costs: [cost(2)] })).toEqual({})
})

test('another rate than the list has is the price, and what a text rounds is no rate', () => {
  const of = { counted: [counted([own])], usage: [same] }
  expect(explained({ ...of, costs: [cost(1.6)] })).toEqual({ price: -0.4e9 })
  expect(explained({ ...of, costs: [cost(2.004, { roundedByNanoUsd: 5_000_000 })] })).toEqual({
    rounding: 4e6,
  })
  expect(explained({ ...of, costs: [cost(1.5)], isOpen: true })).toEqual({ pending: -0.5e9 })
})

test('a model without a price is billed whole', () => {
  const model = 'claude-unheard-of-9'
  const of = { counted: [counted([line({ model, inputTokens: 5, unpricedTurns: 1 })])] }
  const used = [usage({ model, inputTokens: 5 })]
  expect(explained({ ...of, usage: used, costs: [cost(7, { model })] })).toEqual({ unpriced: 7e9 })
})

test('turns that were booked at other prices than the list has now say so, and rounding of turns does not', () => {
  const booked = (costNanoUsd: number) => [counted([line({ inputTokens: MILLION, costNanoUsd })])]
  const of = { usage: [same], costs: [cost(2)] }
  expect(explained({ counted: booked(3e9), ...of })).toEqual({ 'booked-price': -1e9 })
  expect(explained({ counted: booked(2e9 + 2), ...of })).toEqual({ rounding: -2 })
  // Booked and billed at $1.5, before the list became $2; and billed at $1.8 of it.
  expect(explained({ counted: booked(1.5e9), usage: [same], costs: [cost(1.5)] })).toEqual({})
  expect(explained({ counted: booked(1.5e9), usage: [same], costs: [cost(1.8)] })).toEqual({
    'booked-price': 0.3e9,
  })
})

test('tokens that were billed as a batch and not counted as one have its discount', () => {
  const of = { counted: [counted([own])], usage: [{ ...same, serviceTier: 'batch' }], costs: [cost(1)] }
  expect(explained(of)).toEqual({ batch: -1e9 })
  const batched = counted([line({ inputTokens: MILLION, pricingTiers: 'batch' })])
  expect(explained({ counted: [batched], usage: of.usage, costs: of.costs })).toEqual({})
  expect(explained({ counted: [batched], usage: [same], costs: [cost(2)] })).toEqual({ batch: 1e9 })
})

test('speed and region are compared in the same way', () => {
  const fast = counted([line({ model: opus, inputTokens: MILLION, pricingTiers: 'fast' })])
  const used = usage({ model: opus, inputTokens: MILLION })
  expect(explained({ counted: [fast], usage: [used], costs: [cost(4, { model: opus })] })).toEqual({
    tiers: -4e9,
  })
  const billedFast = [{ ...used, speed: 'fast' }]
  expect(explained({ counted: [fast], usage: billedFast, costs: [cost(8, { model: opus })] })).toEqual({})
  const us = counted([line({ inputTokens: MILLION, pricingTiers: 'us' })])
  expect(explained({ counted: [us], usage: [{ ...same, geo: 'us' }], costs: [cost(2.2)] })).toEqual({})
})

test('long prompts are taken as they were counted, since reports do not tell them', () => {
  const long = counted([line({ model: haiku, inputTokens: MILLION, pricingTiers: 'long' })])
  const used = [usage({ model: haiku, inputTokens: MILLION })]
  expect(explained({ counted: [long], usage: used, costs: [cost(0.5, { model: haiku })] })).toEqual({})
})

test('searches and other tools of the provider stand apart from tokens', () => {
  const searching = counted([line({ inputTokens: MILLION, webSearchNanoUsd: 50_000_000 })])
  const search = (usd: number) => cost(usd, { costType: 'web_search', model: null })
  const of = { counted: [searching], usage: [same] }
  expect(explained({ ...of, costs: [cost(2), search(0.05)] })).toEqual({})
  expect(explained({ ...of, costs: [cost(2), search(0.08)] })).toEqual({ 'server-tools': 30_000_000 })
  const code = cost(1, { costType: 'code_execution', model: null })
  expect(explained({ ...of, costs: [cost(2), search(0.05), code] })).toEqual({ 'server-tools': 1e9 })
})

test('the priority tier is in the tokens and in no cost', () => {
  const of = { counted: [counted([own])], usage: [{ ...same, serviceTier: 'priority' }] }
  expect(explained({ ...of, costs: [] })).toEqual({ priority: -2e9 })
})

test('dollars without tokens, of an unknown kind, or tokens without dollars are not explained', () => {
  expect(explained({ costs: [cost(3)] })).toEqual({ unattributed: 3e9 })
  expect(explained({ costs: [cost(3)], isOpen: true })).toEqual({ pending: 3e9 })
  expect(explained({ costs: [cost(3, { costType: 'seats', model: null })] })).toEqual({ unattributed: 3e9 })
  expect(explained({ costs: [cost(-3, { costType: null, model: null })] })).toEqual({ unattributed: -3e9 })
  expect(explained({ counted: [counted([own])], usage: [same] })).toEqual({ unattributed: -2e9 })
  expect(explained({ counted: [counted([own])], usage: [same], isOpen: true })).toEqual({ pending: -2e9 })
})

test('parts of any day add up to the difference exactly, whatever is reported', () => {
  // A small generator with a seed: the same days every time.
  let state = 7
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
  const models = [sonnet, opus, haiku, 'claude-unheard-of-9']
  const pick = <T>(of: readonly T[]): T => {
    const found = of[next(of.length)]
    if (found === undefined) throw new Error('There is nothing to pick')
    return found
  }
  for (let round = 0; round < 300; round += 1) {
    const lines = Array.from({ length: next(4) }, () =>
      line({
        ...{ model: pick(models), pricingTiers: pick(['', 'batch', 'fast', 'long', 'us', 'batch us']) },
        ...{
          inputTokens: next(MILLION),
          outputTokens: next(MILLION),
          cacheReadTokens: next(99),
          turns: next(9),
        },
        ...{ cacheWriteTokens: next(500), webSearchNanoUsd: next(3) * 10_000_000 },
        ...(next(2) === 0 ? { costNanoUsd: next(1_000_000_007) } : {}),
      }),
    )
    const used = Array.from({ length: next(5) }, () =>
      usage({
        ...{ keyId: pick(['k1', 'k2', null]), model: pick([...models, null]), inputTokens: next(MILLION) },
        ...{ outputTokens: next(333), cacheWrite1hTokens: next(77), cacheWrite5mTokens: next(55) },
        ...{ serviceTier: pick(['standard', 'batch', 'priority', 'odd']), speed: pick(['fast', null]) },
      }),
    )
    const costs = Array.from({ length: next(5) }, () =>
      cost((next(2_000_000) - 500_000) / 999_983, {
        ...{ model: pick([...models, null]), costType: pick(['tokens', 'web_search', 'odd', null]) },
      }),
    )
    const mapping = next(2) === 0 ? [] : [{ project: 'p', keyIds: ['k1'], workspaceIds: [] }]
    const half = Math.floor(lines.length / 2)
    const groups =
      mapping.length === 0
        ? [counted(lines)]
        : [counted(lines.slice(0, half), { project: 'p' }), counted(lines.slice(half))]
    explained({ counted: groups, usage: used, costs, mapping, isOpen: next(2) === 0 })
  }
})

test('days add up part by part, and what cancels out is not said', () => {
  const days: Part[][] = [
    [
      { kind: 'price', nanoUsd: 5 },
      { kind: 'pending', nanoUsd: -2 },
    ],
    [{ kind: 'price', nanoUsd: -5 }],
  ]
  expect(addParts(days)).toEqual([{ kind: 'pending', nanoUsd: -2 }])
  expect(partKinds.filter((kind) => !isExplained(kind))).toEqual(['uncounted', 'unreported', 'unattributed'])
})

test('tokens are of the project that has their key, else of the one that has their workspace', () => {
  const mapping = [
    { project: 'a', keyIds: ['k1'], workspaceIds: [] },
    { project: 'b', keyIds: [], workspaceIds: ['w1'] },
  ]
  expect(projectOf({ keyId: 'k1', workspaceId: 'w1' }, mapping)).toBe('a')
  expect(projectOf({ keyId: 'k2', workspaceId: 'w1' }, mapping)).toBe('b')
  expect(projectOf({ keyId: null, workspaceId: null }, mapping)).toBeNull()
})

test('a day is open until the end of the one after it', () => {
  expect(isOpenDay(DAY, Date.parse('2026-11-21T23:59:59Z'))).toBe(true)
  expect(isOpenDay(DAY, Date.parse('2026-11-22T00:00:00Z'))).toBe(false)
})

test('units are nanodollars without rounding, rounded half away from zero in the end', () => {
  expect([nanoOfUnits(UNITS_PER_NANO / 2n), nanoOfUnits(UNITS_PER_NANO / 2n - 1n)]).toEqual([1, 0])
  expect([nanoOfUnits(-UNITS_PER_NANO / 2n), nanoOfUnits(-UNITS_PER_NANO / 2n + 1n)]).toEqual([-1, 0])
})
