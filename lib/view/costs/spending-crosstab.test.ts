import { describe, expect, it } from 'vitest'
import type { CostRow } from '@/lib/api/costs'
import { noSums } from '@/lib/core/money/sums'
import { crosstab, narrowed } from './spending-crosstab'

const row = (key: Record<string, string>, costNanoUsd: number): CostRow => ({
  ...noSums,
  key,
  title: null,
  turns: 1,
  costNanoUsd,
})
describe('a crosstab of spending', () => {
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
