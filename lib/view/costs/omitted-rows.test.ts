import { describe, expect, test } from 'vitest'
import type { CostRow } from '@/lib/api/costs'
import { noSums } from '@/lib/core/money/sums'
import { dayStacks } from './day-stacks'
import { marginOf, withOmittedRows } from './omitted-rows'
import { type CrossName, crosstab } from './spending-crosstab'

const row = (key: Record<string, string>, costNanoUsd: number, title: string | null = null): CostRow => ({
  ...noSums,
  key,
  title,
  turns: 1,
  costNanoUsd,
})
const answer = (rows: CostRow[], omitted: number) => ({ rows, omitted: { rows: omitted, costNanoUsd: 0 } })
const sum = (rows: readonly CostRow[]) => rows.reduce((all, { costNanoUsd }) => all + costNanoUsd, 0)

describe('what an answer leaves out', () => {
  test.each<[readonly [CrossName, CrossName], CrossName]>([
    [['run', 'phase'], 'phase'],
    [['day', 'run'], 'day'],
    [['run', 'tag'], 'tag'],
    [['day', 'tag'], 'tag'],
    [['run', 'tokenKind'], 'tokenKind'],
  ])('of %s is told by sums of %s', (groups, group) => {
    expect(marginOf(groups)).toBe(group)
  })

  test('stands as one row for each value, so both sides add up to what there is', () => {
    const shown = [row({ run: 'r1', phase: 'A' }, 50, 'one'), row({ run: 'r2', phase: 'B' }, 40, 'two')]
    const margin = [row({ phase: 'A' }, 70), row({ phase: 'B' }, 40), row({ phase: 'C' }, 3)]
    const rows = withOmittedRows(answer(shown, 9), ['run', 'phase'], margin)
    expect(sum(rows)).toBe(113)
    const table = crosstab(rows, 'run', 'phase')
    expect(table.rows.find(({ name }) => name === 'other')).toMatchObject({ totalNanoUsd: 23 })
    expect(Object.fromEntries(table.columns.map((name, at) => [name, table.totals[at]]))).toEqual({
      A: 70,
      B: 40,
      C: 3,
    })
  })

  test('is nothing where all is shown, and not guessed before its sums are there', () => {
    const shown = [row({ run: 'r1', phase: 'A' }, 50)]
    expect(withOmittedRows(answer(shown, 0), ['run', 'phase'], [row({ phase: 'A' }, 90)])).toBe(shown)
    expect(withOmittedRows(answer(shown, 3), ['run', 'phase'], undefined)).toBe(shown)
  })

  test('counts what is kept by day only once', () => {
    const shown = [row({ run: 'r1', phase: 'A' }, 50), row({ run: '', phase: '' }, 10, 'kept by day only')]
    const rows = withOmittedRows(answer(shown, 2), ['run', 'phase'], [row({ phase: 'A' }, 75)])
    expect(sum(rows)).toBe(75)
  })

  test('makes each day as high as it was, and is never one of the names', () => {
    const shown = [
      row({ day: '2026-11-01', run: 'r1' }, 5, 'one'),
      row({ day: '2026-11-02', run: 'r1' }, 4, 'one'),
    ]
    const margin = [row({ day: '2026-11-01' }, 100), row({ day: '2026-11-02' }, 4)]
    const rows = withOmittedRows(answer(shown, 8), ['day', 'run'], margin)
    const { names, days } = dayStacks({ from: '2026-11-01', to: '2026-11-02', rows }, 'run')
    expect(names).toEqual(['one', 'other'])
    expect(days.map(({ totalNanoUsd }) => totalNanoUsd)).toEqual([100, 4])
  })
})
