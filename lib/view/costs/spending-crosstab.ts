import type { CostRow } from '@/lib/api/costs'
import { modelName } from '../format/model-name'

/** What the parts are called that are not drawn by name. */
export const otherName = 'other'

export type Crosstab = {
  columns: string[]
  /** `unpriced` counts responses of a row that have no known price, cell by cell. */
  rows: { name: string; cells: number[]; unpriced: number[]; totalNanoUsd: number }[]
  totals: number[]
  totalNanoUsd: number
}

/** What is read of a row of costs. */
export type CrossedRow = Pick<CostRow, 'key' | 'title' | 'costNanoUsd' | 'unpricedTurns'>

/** Rows by one group against columns by another; sums of both sides end in the same total. */
export function crosstab(rows: readonly CrossedRow[], down: CrossName, across: CrossName): Crosstab {
  const columnTotals = new Map<string, number>()
  const lines = new Map<string, Map<string, number>>()
  const unpriced = new Map<string, number>()
  for (const row of rows) {
    const { costNanoUsd, unpricedTurns } = row
    const [name, column] = [nameIn(down, row), nameIn(across, row)]
    add(columnTotals, column, costNanoUsd)
    add(unpriced, JSON.stringify([name, column]), unpricedTurns)
    const line = lines.get(name) ?? new Map<string, number>()
    add(line, column, costNanoUsd)
    lines.set(name, line)
  }
  const columns = [...columnTotals].sort(([, a], [, b]) => b - a).map(([name]) => name)
  const sumOf = (line: Map<string, number>) => [...line.values()].reduce((sum, one) => sum + one, 0)
  return {
    columns,
    rows: [...lines]
      .map(([name, line]) => ({
        name,
        cells: columns.map((column) => line.get(column) ?? 0),
        unpriced: columns.map((column) => unpriced.get(JSON.stringify([name, column])) ?? 0),
        totalNanoUsd: sumOf(line),
      }))
      .sort((a, b) => b.totalNanoUsd - a.totalNanoUsd),
    totals: columns.map((column) => columnTotals.get(column) ?? 0),
    totalNanoUsd: sumOf(columnTotals),
  }
}

/** What costs can be crossed by, and what each is called. */
export const crossNames = {
  day: 'day',
  model: 'model',
  workflow: 'workflow',
  run: 'run',
  phase: 'phase',
  user: 'person',
  tag: 'tag',
  tokenKind: 'token kind',
  agent: 'agent',
} as const
export type CrossName = keyof typeof crossNames

/** Columns a crosstab shows by name; the rest is one column. */
const NAMED_COLUMNS = 8

/**
 * A crosstab narrow enough to read: the most expensive columns, and one for the rest. Sums stay what they
 * were.
 */
export function narrowed(table: Crosstab): Crosstab {
  if (table.columns.length <= NAMED_COLUMNS + 1) return table
  const fold = (cells: readonly number[]) => [
    ...cells.slice(0, NAMED_COLUMNS),
    cells.slice(NAMED_COLUMNS).reduce((sum, one) => sum + one, 0),
  ]
  return {
    ...table,
    columns: [
      ...table.columns.slice(0, NAMED_COLUMNS),
      `${table.columns.length - NAMED_COLUMNS} ${otherName}s`,
    ],
    rows: table.rows.map((row) => ({ ...row, cells: fold(row.cells), unpriced: fold(row.unpriced) })),
    totals: fold(table.totals),
  }
}

/** A row's name as people read it: a run by its title, nothing by what it means. */
export function nameIn(group: CrossName, row: Pick<CostRow, 'key' | 'title'>): string {
  const key = row.key[group] ?? ''
  if (group === 'run') return row.title ?? key
  if (group === 'model') return modelName(key)
  if (group === 'tag' && key === '') return row.title === null ? 'no tag' : row.title
  return key
}

/** Adds a value to the sum that is kept under a name. */
export function add(sums: Map<string, number>, name: string, value: number): void {
  sums.set(name, (sums.get(name) ?? 0) + value)
}
