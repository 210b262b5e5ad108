import { expect, test } from 'vitest'
import { priceTable } from './price-table'
import { costOf } from './pricing'
import { addSums, keptSums, noSums, reportedSums, sumsOfTurn } from './sums'
import { noUsage } from './usage'

const usage = {
  ...noUsage,
  inputTokens: 1000,
  outputTokens: 200,
  cacheReadTokens: 5000,
  cacheWrite5mTokens: 700,
  cacheWrite1hTokens: 30,
  webSearchRequests: 2,
}
const cost = costOf(usage, 'claude-sonnet-5-5', priceTable, '2026-11-27T00:00:00Z')

test('every sum has a column of its own, and a name that ends with its unit', () => {
  const all = [...keptSums.day, ...keptSums.run]
  for (const { name, unit } of all) expect(name.toLowerCase()).toMatch(new RegExp(`${unit.toLowerCase()}$`))
  const pairs = new Map(all.map(({ name, column }) => [column, name]))
  expect(pairs.size).toBe(new Set(all.map(({ name }) => name)).size)
})

test('a turn adds what it used and cost, and its kinds add up to its cost', () => {
  const sums = sumsOfTurn({ usage, cost, promptBefore: 6000 })
  expect(sums).toMatchObject({ turns: 1, unpricedTurns: 0, inputTokens: 1000, outputTokens: 200 })
  expect(sums).toMatchObject({ cacheReadTokens: 5000, cacheWriteTokens: 730, hourWriteTokens: 30 })
  expect(sums).toMatchObject({ repeatedTokens: 6000, unsettledTokens: 0, unsettledNanoUsd: 0 })
  expect(reportedSums.kinds.reduce((sum, { name }) => sum + sums[name], 0)).toBe(sums.costNanoUsd)
  expect(sums.costNanoUsd).toBe(cost?.totalNanoUsd)
})

test('a turn repeats no more than its own prompt, and one without a price costs nothing and is counted', () => {
  const sums = sumsOfTurn({ usage, cost: null, promptBefore: 100_000 })
  expect(sums).toMatchObject({ repeatedTokens: 6730, unpricedTurns: 1, costNanoUsd: 0, cacheSavedNanoUsd: 0 })
  const unmetered = sumsOfTurn({ usage: { ...noUsage, isMetered: false }, cost: null, promptBefore: 0 })
  expect(unmetered).toMatchObject({ turns: 1, unpricedTurns: 0 })
})

test('what is added and taken away again leaves nothing', () => {
  const sums = sumsOfTurn({ usage, cost, promptBefore: 10 })
  expect(addSums(addSums(noSums, sums), sums, -1)).toEqual(noSums)
  expect(addSums(noSums, sums)).toEqual(sums)
})
