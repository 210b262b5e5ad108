import type { CostRow, Costs } from '@/lib/api/costs'
import { modelName } from '../format/model-name'

/** Parts drawn by name in a stack; the rest is one part called other. */
const NAMED_PARTS = 5

export const otherName = 'other'

export type DayStack = { day: string; totalNanoUsd: number; parts: { name: string; nanoUsd: number }[] }

/**
 * Every day of a period with its spending by one more group, most expensive groups by name. Days without
 * spending are there.
 */
export function dayStacks(
  costs: Pick<Costs, 'from' | 'to'> & { rows: readonly CostRow[] },
  group: CrossName,
): { names: string[]; days: DayStack[] } {
  const totals = new Map<string, number>()
  for (const row of costs.rows) add(totals, nameIn(group, row), row.costNanoUsd)
  const sorted = [...totals].sort(([, a], [, b]) => b - a).map(([name]) => name)
  const named = sorted.filter((name) => name !== otherName).slice(0, NAMED_PARTS)
  const names = sorted.length > named.length ? [...named, otherName] : named
  const days = daysBetween(costs.from, costs.to).map((day): DayStack => {
    const parts = new Map<string, number>()
    for (const row of costs.rows) {
      if (row.key.day !== day) continue
      const name = nameIn(group, row)
      add(parts, named.includes(name) ? name : otherName, row.costNanoUsd)
    }
    return {
      day,
      totalNanoUsd: [...parts.values()].reduce((sum, one) => sum + one, 0),
      parts: names.map((name) => ({ name, nanoUsd: parts.get(name) ?? 0 })),
    }
  })
  return { names, days }
}

export type Crosstab = {
  columns: string[]
  /** `unpriced` counts responses of a row that have no known price, cell by cell. */
  rows: { name: string; cells: number[]; unpriced: number[]; totalNanoUsd: number }[]
  totals: number[]
  totalNanoUsd: number
}

/** Rows by one group against columns by another; sums of both sides end in the same total. */
export function crosstab(rows: readonly CostRow[], down: CrossName, across: CrossName): Crosstab {
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
export function nameIn(group: CrossName, row: CostRow): string {
  const key = row.key[group] ?? ''
  if (group === 'run') return row.title ?? key
  if (group === 'model') return modelName(key)
  if (group === 'tag' && key === '') return row.title === null ? 'no tag' : row.title
  return key
}

/**
 * When the days of cost rollups turn, on the clock of the reader; `offsetMinutes` as
 * `Date.getTimezoneOffset` says it.
 */
export function dayTurns(offsetMinutes: number): string {
  if (offsetMinutes === 0) return 'Days are UTC (same as your time zone).'
  const minutes = ((-offsetMinutes % 1440) + 1440) % 1440
  const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  return `Days and months are UTC; in your time zone they start at ${clock}.`
}

export const periods = ['7d', '30d', '90d', 'month', 'last-month'] as const
export type Period = (typeof periods)[number]

const lengths: Record<Exclude<Period, 'month' | 'last-month'>, number> = { '7d': 7, '30d': 30, '90d': 90 }

/** UTC days of a period that ends today, or of the whole month before this one. */
export function periodDays(period: Period, nowMs: number): { from: string; to: string } {
  const to = new Date(nowMs).toISOString().slice(0, 10)
  if (period === 'month') return { from: `${to.slice(0, 7)}-01`, to }
  if (period === 'last-month') {
    const end = new Date(Date.parse(`${to.slice(0, 7)}-01T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10)
    return { from: `${end.slice(0, 7)}-01`, to: end }
  }
  return { from: new Date(nowMs - (lengths[period] - 1) * DAY_MS).toISOString().slice(0, 10), to }
}

const DAY_MS = 86_400_000

function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= Date.parse(`${to}T00:00:00Z`); at += DAY_MS)
    days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

function add(sums: Map<string, number>, name: string, value: number): void {
  sums.set(name, (sums.get(name) ?? 0) + value)
}
