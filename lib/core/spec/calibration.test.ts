import { expect, test } from 'vitest'
import { calibrate, compare, type EstimatedRun, savedEstimateSchema } from './calibration'

const range = { low: 50, likely: 100, high: 200 }
const came = (...actuals: number[]): EstimatedRun[] =>
  actuals.map((actualNanoUsd) => ({
    costNanoUsd: range,
    actualNanoUsd,
    agents: null,
    actualAgents: 3,
    end: 'whole',
  }))
const none = { agents: null, stoppedEarly: 0, unpriced: 0 }

test('an actual is inside its range at both edges', () => {
  expect([49, 50, 200, 201].map((actual) => compare(range, actual).place)).toEqual([
    'below',
    'within',
    'within',
    'above',
  ])
  expect(compare(range, 130).ratio).toBeCloseTo(1.3)
})

test('nothing estimated has no ratio, and is met only by nothing', () => {
  const nothing = { low: 0, likely: 0, high: 0 }
  expect(compare(nothing, 0)).toEqual({ ratio: null, place: 'within' })
  expect(compare(nothing, 1)).toEqual({ ratio: null, place: 'above' })
})

test('fewer than three estimates say nothing', () => {
  expect(calibrate(came(), 'workflow')).toBeNull()
  expect(calibrate(came(100, 100), 'workflow')).toBeNull()
  expect(calibrate(came(90, 100, 130), 'workflow')).toEqual({
    of: 'workflow',
    runs: 3,
    within: 3,
    ...none,
    ratios: { low: 0.9, high: 1.3 },
  })
})

test('of twenty the two lowest and two highest ratios are left out of what is typical, and counted as within or not', () => {
  const actuals = [1, 2, ...Array.from({ length: 16 }, (_, at) => 80 + at), 900, 1000]
  expect(calibrate(came(...actuals), 'all')).toEqual({
    of: 'all',
    runs: 20,
    within: 16,
    ...none,
    ratios: { low: 0.8, high: 0.95 },
  })
})

test('runs that were estimated to cost nothing are counted and have no ratio', () => {
  const free: EstimatedRun = {
    costNanoUsd: { low: 0, likely: 0, high: 0 },
    actualNanoUsd: 0,
    agents: null,
    actualAgents: 0,
    end: 'whole',
  }
  expect(calibrate([free, free, free], 'all')).toEqual({
    of: 'all',
    runs: 3,
    within: 3,
    ...none,
    ratios: null,
  })
})

test('runs that were stopped, and such without a price, are counted apart, unless they had cost too much by then', () => {
  const one = (actualNanoUsd: number, end: EstimatedRun['end']) => ({
    ...{ costNanoUsd: range, actualNanoUsd, agents: null, actualAgents: 3, end },
  })
  const runs = [
    ...came(90, 110),
    one(10, 'early'),
    one(120, 'early'),
    one(200, 'unpriced'),
    one(300, 'early'),
  ]
  expect(calibrate(runs, 'workflow')).toEqual({
    of: 'workflow',
    runs: 6,
    within: 2,
    agents: null,
    stoppedEarly: 2,
    unpriced: 1,
    ratios: { low: 0.9, high: 1.1 },
  })
  expect(calibrate([...came(90, 110), one(10, 'early'), one(120, 'early')], 'workflow')).toBeNull()
  expect(calibrate([one(300, 'early'), one(201, 'unpriced'), one(999, 'early')], 'all')).toEqual({
    of: 'all',
    runs: 3,
    within: 0,
    ...none,
    ratios: null,
  })
})

test('agents are counted as well as dollars, in runs that came to their end', () => {
  const [one] = came(100)
  if (one === undefined) throw new Error('There is one')
  const counted = [2, 3, 7, 8].map((actualAgents) => ({ ...one, agents: { low: 3, high: 7 }, actualAgents }))
  const early = { ...one, agents: { low: 3, high: 7 }, actualAgents: 1, end: 'early' as const }
  expect(calibrate([...counted, one, early], 'all')?.agents).toEqual({ runs: 4, within: 2 })
})

test('rubbish is no estimate', () => {
  for (const rubbish of [
    {},
    { agents: 3 },
    { agents: null, costNanoUsd: { low: 'a' }, tokens: null, seconds: null },
  ])
    expect(savedEstimateSchema.safeParse(rubbish).success).toBe(false)
})
