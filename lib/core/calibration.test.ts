import { expect, test } from 'vitest'
import { calibrate, compare, type EstimatedRun, keptEstimateSchema } from './calibration'

const range = { low: 50, likely: 100, high: 200 }
const came = (...actuals: number[]): EstimatedRun[] =>
  actuals.map((actualNanoUsd) => ({ costNanoUsd: range, actualNanoUsd }))

test('an actual is inside its range at both edges', () => {
  expect([49, 50, 200, 201].map((actual) => compare(range, actual).place)).toEqual([
    'below',
    'within',
    'within',
    'above',
  ])
  expect(compare(range, 130).ratio).toBeCloseTo(1.3)
})

test('nothing foretold has no ratio, and is met only by nothing', () => {
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
    ratios: { low: 0.9, high: 1.3 },
  })
})

test('of twenty the two lowest and two highest ratios are left out of what is typical, and counted as within or not', () => {
  const actuals = [1, 2, ...Array.from({ length: 16 }, (_, at) => 80 + at), 900, 1000]
  expect(calibrate(came(...actuals), 'all')).toEqual({
    of: 'all',
    runs: 20,
    within: 16,
    ratios: { low: 0.8, high: 0.95 },
  })
})

test('runs that were foretold to cost nothing are counted and have no ratio', () => {
  const free = { costNanoUsd: { low: 0, likely: 0, high: 0 }, actualNanoUsd: 0 }
  expect(calibrate([free, free, free], 'all')).toEqual({ of: 'all', runs: 3, within: 3, ratios: null })
})

test('rubbish is no estimate', () => {
  for (const rubbish of [{}, { agents: 3 }, { agents: null, costNanoUsd: { low: 'a' }, tokens: null, seconds: null }])
    expect(keptEstimateSchema.safeParse(rubbish).success).toBe(false)
})
