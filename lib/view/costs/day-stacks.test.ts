import { describe, expect, it } from 'vitest'
import type { CostRow, Costs } from '@/lib/api/costs'
import { noSums } from '@/lib/core/money/sums'
import { dayStacks } from './day-stacks'

const row = (key: Record<string, string>, costNanoUsd: number): CostRow => ({
  ...noSums,
  key,
  title: null,
  turns: 1,
  costNanoUsd,
})
const costs = (rows: CostRow[]): Costs => ({
  from: '2026-02-27',
  to: '2026-03-02',
  groupBy: ['day', 'model'],
  simulated: false,
  imported: false,
  importedNanoUsd: 0,
  rows,
  totals: row({}, 0),
  savedByCacheNanoUsd: 0,
  agents: { succeeded: 0, perSuccessNanoUsd: null },
  projection: null,
  dayCapNanoUsd: null,
  monthCapNanoUsd: null,
  omitted: { rows: 0, costNanoUsd: 0 },
})

describe('spending by day', () => {
  it('has every day of the period, over the end of a month, and the most expensive groups by name', () => {
    const models = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const { names, days } = dayStacks(
      costs(models.map((model, at) => row({ day: '2026-03-01', model }, 10 - at))),
      'model',
    )
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e', 'other'])
    expect(days.map(({ day }) => day)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'])
    expect(days[2]?.totalNanoUsd).toBe(10 + 9 + 8 + 7 + 6 + 5 + 4)
    expect(days[2]?.parts.at(-1)).toEqual({ name: 'other', nanoUsd: 9 })
    expect(days[0]?.totalNanoUsd).toBe(0)
  })
})
