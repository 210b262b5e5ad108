import { describe, expect, it } from 'vitest'
import type { CostRow, Costs } from '@/lib/api/costs'
import { noSums } from '@/lib/core/money/sums'
import { crosstab, dayStacks, dayTurns, narrowed, periodDays } from './costs'

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
  rows,
  totals: row({}, 0),
  savedByCacheNanoUsd: 0,
  agents: { succeeded: 0, perSuccessNanoUsd: null },
  projection: null,
  dayCapNanoUsd: null,
  monthCapNanoUsd: null,
  omitted: { rows: 0, costNanoUsd: 0 },
})

describe('spending drawn', () => {
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

  it('crosses two groups so that both sides add up to one total', () => {
    const table = crosstab(
      [
        row({ phase: 'A', model: 'x' }, 5),
        row({ phase: 'A', model: 'y' }, 1),
        row({ phase: 'B', model: 'y' }, 3),
      ],
      'phase',
      'model',
    )
    expect(table.columns).toEqual(['x', 'y'])
    expect(table.rows).toEqual([
      { name: 'A', cells: [5, 1], unpriced: [0, 0], totalNanoUsd: 6 },
      { name: 'B', cells: [0, 3], unpriced: [0, 0], totalNanoUsd: 3 },
    ])
    expect(table.totals).toEqual([5, 4])
    expect(table.totalNanoUsd).toBe(9)
  })

  it('counts a period in UTC days and ends it today', () => {
    const now = Date.parse('2026-03-01T00:30:00Z')
    expect(periodDays('7d', now)).toEqual({ from: '2026-02-23', to: '2026-03-01' })
    expect(periodDays('month', now)).toEqual({ from: '2026-03-01', to: '2026-03-01' })
  })

  it('shows a whole month before this one, over the end of a year', () => {
    const now = Date.parse('2027-01-31T23:59:59Z')
    expect(periodDays('last-month', now)).toEqual({ from: '2026-12-01', to: '2026-12-31' })
    expect(periodDays('month', now + 1000)).toEqual({ from: '2027-02-01', to: '2027-02-01' })
    expect(periodDays('last-month', Date.parse('2028-03-01T00:00:00Z'))).toEqual({
      from: '2028-02-01',
      to: '2028-02-29',
    })
  })

  it.each([
    [0, /same as your time zone/],
    [-60, /start at 01:00/],
    [-330, /start at 05:30/],
    [300, /start at 19:00/],
    [-840, /start at 14:00/],
  ])('says when its days turn, %i minutes from UTC', (offset, sentence) => {
    expect(dayTurns(offset)).toMatch(sentence)
  })

  it('folds columns beyond the eight most expensive into one, and counts nothing unknown as nothing', () => {
    const models = Array.from({ length: 12 }, (_, at) => `m${at}`)
    const wide = narrowed(
      crosstab(
        models.map((model, at) => ({
          ...row({ phase: 'A', model }, 100 - at),
          unpricedTurns: at === 0 ? 2 : 0,
        })),
        'phase',
        'model',
      ),
    )
    expect(wide.columns).toHaveLength(9)
    expect(wide.columns.at(-1)).toBe('4 others')
    expect(wide.rows[0]?.cells.at(-1)).toBe(92 + 91 + 90 + 89)
    expect(wide.totals.reduce((sum, one) => sum + one, 0)).toBe(wide.totalNanoUsd)
    expect(wide.rows[0]?.unpriced[0]).toBe(2)
  })
})
