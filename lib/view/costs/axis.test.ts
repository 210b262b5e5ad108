import { expect, test } from 'vitest'
import { axisTicks } from './axis'

test.each([
  [4, [0, 1, 2, 3, 4]],
  [9.06, [0, 5, 10]],
  [0.37, [0, 0.1, 0.2, 0.3, 0.4]],
  [120, [0, 50, 100, 150]],
  [0, [0]],
])('an axis for %d has round amounts up to its top', (most, ticks) => {
  const found = axisTicks(most)
  expect(found.map((tick) => Math.round(tick * 1e6) / 1e6)).toEqual(ticks)
  expect(found.at(-1)).toBeGreaterThanOrEqual(most)
})
