import type { CostRow, Costs } from '@/lib/api/costs'
import { type CrossName, otherName } from './spending-crosstab'

/**
 * The one group of two whose sums are asked for where an answer leaves out its smallest pairs: never runs, of
 * which there are many, and tags where there are tags, since a run with several counts under each.
 */
export function marginOf(groups: readonly [CrossName, CrossName]): CrossName {
  return groups.find((group) => group === 'tag') ?? groups.find((group) => group !== 'run') ?? groups[0]
}

/**
 * The rows of an answer, and what it leaves out as one more row for each value of one group: its sum in
 * `margin`, less what is shown. Then both sides add up to exact totals, however many pairs there are.
 */
export function withOmittedRows(
  { rows, omitted }: Pick<Costs, 'rows' | 'omitted'>,
  [one, two]: readonly [CrossName, CrossName],
  margin: readonly CostRow[] | undefined,
): readonly CostRow[] {
  if (omitted.rows === 0 || margin === undefined) return rows
  const group = marginOf([one, two])
  const other = group === one ? two : one
  // Sums that are kept by day only belong to no run and are in the margin under their own name; they must not
  // be counted twice.
  const shown = group === 'tag' ? rows : rows.filter(({ key }) => key[group] !== '')
  const left = new Map<string, CostRow>()
  for (const row of margin) {
    const name = row.key[group] ?? ''
    const before = left.get(name)
    left.set(name, { ...row, costNanoUsd: row.costNanoUsd + (before?.costNanoUsd ?? 0) })
  }
  for (const { key, costNanoUsd } of shown) {
    const name = key[group] ?? ''
    const row = left.get(name)
    if (row !== undefined) left.set(name, { ...row, costNanoUsd: row.costNanoUsd - costNanoUsd })
  }
  const rest = [...left].filter(([, { costNanoUsd }]) => costNanoUsd > 0)
  return [
    ...shown,
    ...rest.map(([name, row]) => ({
      ...row,
      title: null,
      unpricedTurns: 0,
      key: { [group]: name, [other]: otherName },
    })),
  ]
}
