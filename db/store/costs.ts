import { z } from 'zod'
import { recordOf } from '@/lib/core/base/record-of'
import type {
  CostPeriod,
  CostQuestions,
  CostReport,
  RollupColumn,
  RollupRow,
  RollupSums,
} from '@/lib/core/money/cost-store'
import type { PayerSpend } from '@/lib/core/money/quotas'
import { addSums, reportedSums } from '@/lib/core/money/sums'
import { ofProject, runsInPeriod, sumsInPeriod, valuesOf } from '../in-period'
import type { Connection } from '../open'

type DayColumn = Exclude<RollupColumn, 'run'>

/** Where a column is found in sums a day; those by tag have one more. */
const dailyColumns: Record<DayColumn, string> = {
  day: 'day',
  model: 'model',
  workflow: 'workflow',
  phase: 'phase',
  user: 'launched_by',
  tag: 'tag',
}
/** Where it is found beside a run: in the run's own sums, or in what is known of it. */
const runColumns: Record<RollupColumn, string> = {
  day: 'top.day',
  model: 'top.model',
  workflow: 'b.workflow',
  phase: 'top.phase',
  user: 'b.launched_by',
  run: 'top.run_id',
  tag: 'top.tag',
}

const { counts, kinds } = reportedSums
/** Kinds only where they are asked for, since adding them up is half the work. */
const summed = (withKinds: boolean) => (withKinds ? [...counts, ...kinds] : counts)

/** Sums under their names. */
function sumsOf(withKinds: boolean): string {
  return summed(withKinds)
    .map(({ name, column }) => `coalesce(sum(c.${column}), 0) AS ${name}`)
    .join(', ')
}

const number = z.number()
const sumsShape = { ...recordOf(counts, () => number), ...recordOf(kinds, () => number.default(0)) }
const sumsSchema = z.object(sumsShape)
/** A report has up to two key columns; each row also repeats the number of all rows and their total cost. */
const rowSchema = z.object({
  ...sumsShape,
  key0: z.string().optional(),
  key1: z.string().optional(),
  title: z.string().nullable(),
  total: number,
  allNanoUsd: number,
})

type Found = { rows: RollupRow[]; total: number; rest: number }
type Asked = {
  period: CostPeriod
  by: readonly RollupColumn[]
  limit: number
  withKinds: boolean
  /** Null for all projects. */
  project: string | null
}

/** The cost report of a period. Reads sums only: as quick for a million turns as for ten. */
export function costReport(
  connection: Connection,
  question: CostQuestions['costReport'],
  project: string | null,
): CostReport {
  const asked = { ...question, project }
  const { by, month } = asked
  const whole = wholeIn(connection, 'daily_costs', asked)
  const { rows, total, rest } = by.includes('run') ? byRuns(connection, asked) : byDays(connection, asked)
  return {
    whole,
    rows,
    omitted: { rows: total - rows.length, costNanoUsd: rest },
    byDayOnly:
      by.includes('run') || by.includes('tag')
        ? restOf(addSums(whole, wholeOfRuns(connection, asked, whole), -1))
        : null,
    answers: answersIn(connection, asked),
    importedNanoUsd: importedIn(connection, asked),
    month: byDays(connection, { period: month, by: ['day'], limit: EVERYTHING, withKinds: false, project })
      .rows,
  }
}

const EVERYTHING = 1_000_000

function byDays(connection: Connection, { period, by, limit, withKinds, project }: Asked): Found {
  const columns = by.filter((name) => name !== 'run')
  const keys = columns.map((name, at) => `${dailyColumns[name]} AS key${at}`)
  const group = columns.length === 0 ? '' : `GROUP BY ${columns.map((_, at) => at + 1).join(', ')}`
  const table = columns.includes('tag') ? 'tag_costs' : 'daily_costs'
  const rows = connection
    .prepare(
      `SELECT *, count(*) OVER () AS total, sum(costNanoUsd) OVER () AS allNanoUsd
       FROM (SELECT ${[...keys, 'NULL AS title', sumsOf(withKinds)].join(', ')}
             FROM (${inKeyOrder(table, columns, withKinds)}) c ${group})
       ORDER BY costNanoUsd DESC, 1 LIMIT ?`,
    )
    .all(...valuesOf(period, project), limit)
  return found(rows, by)
}

/** Key columns after `simulated`, in the order of each table's primary key. */
const keyOrders: Record<'daily_costs' | 'tag_costs', readonly DayColumn[]> = {
  daily_costs: ['day', 'model', 'workflow', 'phase', 'user'],
  tag_costs: ['day', 'tag', 'phase', 'model', 'workflow', 'user'],
}
/** With a longer key prefix nearly every row is its own group, so grouping first saves nothing. */
const LONGEST_BEGINNING = 4

/**
 * Rows of a period, first summed by a prefix of the primary key: they are already sorted that way, so SQLite
 * need not sort them.
 */
function inKeyOrder(table: keyof typeof keyOrders, by: readonly DayColumn[], withKinds: boolean): string {
  const order = keyOrders[table]
  const beginning = order.slice(0, 1 + Math.max(0, ...by.map((name) => order.indexOf(name))))
  if (beginning.length > LONGEST_BEGINNING) return `SELECT * FROM ${table} WHERE ${sumsInPeriod}`
  const columns = beginning.map((name) => dailyColumns[name])
  const added = summed(withKinds).map(({ column }) => `sum(${column}) AS ${column}`)
  return `SELECT ${[...columns, ...added].join(', ')}
    FROM ${table} WHERE ${sumsInPeriod} GROUP BY ${['simulated', ...columns].join(', ')}`
}

/**
 * Ranked by what an index alone can tell, and only the most expensive are added up in full: most of the work
 * is the adding. They are found by their key: the plus keeps SQLite from going through the whole period once
 * for each of them.
 */
function byRuns(connection: Connection, { period, by, limit, withKinds, project }: Asked): Found {
  const own = ['run_id', ...by.filter((name) => name === 'day' || name === 'model' || name === 'phase')]
  const isByTag = by.includes('tag')
  const ranked = `SELECT ${own.join(', ')}, sum(cost_nano_usd) AS rank FROM run_costs INDEXED BY run_costs_by_day
    WHERE ${runsInPeriod} GROUP BY ${own.join(', ')}`
  // A tag that was given twice is one tag.
  const tagged = `SELECT DISTINCT r.*, coalesce(t.value, '') AS tag FROM (${ranked}) r
    JOIN run_totals b ON b.run_id = r.run_id LEFT JOIN json_each(b.tags) t`
  const group = [...own, ...(isByTag ? ['tag'] : [])].map((column) => `top.${column}`)
  const rows = connection
    .prepare(
      `WITH top AS MATERIALIZED (
         SELECT *, count(*) OVER () AS total, sum(rank) OVER () AS allNanoUsd FROM (${isByTag ? tagged : ranked})
         ORDER BY rank DESC, run_id LIMIT ?)
       SELECT ${by.map((name, at) => `${runColumns[name]} AS key${at}`).join(', ')}, b.title AS title, top.total AS total,
         top.allNanoUsd AS allNanoUsd, ${sumsOf(withKinds)}
       FROM top CROSS JOIN run_costs c ON ${own.map((column) => `c.${column} = top.${column}`).join(' AND ')}
       JOIN run_totals b ON b.run_id = top.run_id
       WHERE +c.simulated = ? AND c.day BETWEEN ? AND ?
       GROUP BY ${group.join(', ')} ORDER BY costNanoUsd DESC, 1`,
    )
    .all(...valuesOf(period, project), limit, ...valuesOf(period, null).slice(0, 3))
  const read = found(rows, by)
  nameDeleted(connection, read.rows)
  return read
}

function found(rows: readonly unknown[], by: readonly RollupColumn[]): Found {
  const read = rows.map((row) => rowSchema.parse(row))
  const shown = read.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0)
  return {
    rows: read.map(({ key0 = '', key1 = '', title, total: _total, allNanoUsd: _all, ...sums }) => ({
      key: Object.fromEntries(by.map((name, at) => [name, at === 0 ? key0 : key1])),
      title,
      sums,
    })),
    total: read[0]?.total ?? 0,
    rest: (read[0]?.allNanoUsd ?? 0) - shown,
  }
}

/** Money spent by a run that is deleted keeps its name, and says so. */
function nameDeleted(connection: Connection, rows: RollupRow[]): void {
  const ids = JSON.stringify(rows.map(({ key }) => key.run))
  const gone = new Set(
    z
      .array(z.string())
      .parse(
        connection
          .prepare('SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM runs)')
          .pluck()
          .all(ids),
      ),
  )
  for (const row of rows) if (gone.has(row.key.run ?? '')) row.title = `${row.title ?? ''} (deleted)`
}

const briefSchema = z.object({ turns: number, costNanoUsd: number, unsettledNanoUsd: number })

/**
 * Sums of all runs in a period. Where three sums that the index covers equal those of the day rollups, the
 * rest is equal too and nothing is added up.
 */
function wholeOfRuns(connection: Connection, asked: Asked, whole: RollupSums): RollupSums {
  const { turns, costNanoUsd, unsettledNanoUsd } = briefSchema.parse(
    connection
      .prepare(
        `SELECT coalesce(sum(turns), 0) AS turns, coalesce(sum(cost_nano_usd), 0) AS costNanoUsd,
           coalesce(sum(unsettled_nano_usd), 0) AS unsettledNanoUsd FROM run_costs WHERE ${runsInPeriod}`,
      )
      .get(...valuesOf(asked.period, asked.project)),
  )
  const isAll =
    turns === whole.turns && costNanoUsd === whole.costNanoUsd && unsettledNanoUsd === whole.unsettledNanoUsd
  return isAll ? whole : wholeIn(connection, 'run_costs', asked)
}

function wholeIn(
  connection: Connection,
  table: 'daily_costs' | 'run_costs',
  { period, withKinds, project }: Asked,
): RollupSums {
  const inPeriod = table === 'run_costs' ? runsInPeriod : sumsInPeriod
  return sumsSchema.parse(
    connection
      .prepare(`SELECT ${sumsOf(withKinds)} FROM ${table} c WHERE ${inPeriod}`)
      .get(...valuesOf(period, project)),
  )
}

/** Null when nothing is left. */
function restOf(rest: RollupSums): RollupSums | null {
  return rest.turns === 0 && rest.costNanoUsd === 0 && rest.unsettledNanoUsd === 0 ? null : rest
}

function answersIn(connection: Connection, { period, project }: Asked): number {
  return number.parse(
    connection
      .prepare(
        `SELECT coalesce(sum(answers), 0) FROM run_totals
         WHERE simulated = ? AND created_at >= ? AND created_at < date(?, '+1 day') AND ${ofProject}`,
      )
      .pluck()
      .get(...valuesOf(period, project)),
  )
}

function importedIn(connection: Connection, { period, project }: Asked): number {
  return number.parse(
    connection
      .prepare(`SELECT coalesce(sum(cost_nano_usd), 0) FROM daily_costs WHERE ${sumsInPeriod}`)
      .pluck()
      .get(...valuesOf({ ...period, imported: true }, project)),
  )
}

/** Spending of every day by whom it counts against; quotas are counted from it. */
export function spentByPayer(
  connection: Connection,
  simulated: boolean,
  inProject: string | null,
): PayerSpend[] {
  const schema = z.object({
    day: z.string(),
    project: z.string(),
    id: z.string(),
    ownerId: z.string().nullable(),
    spentNanoUsd: number,
    unsettledNanoUsd: number,
    tokens: number,
    agents: number,
  })
  return connection
    .prepare(
      `SELECT day, project, payer AS id, nullif(owner, '') AS ownerId, spent_nano_usd AS spentNanoUsd,
         unsettled_nano_usd AS unsettledNanoUsd, tokens, agents
       FROM payer_costs WHERE simulated = ? AND (? IS NULL OR project = ?)`,
    )
    .all(simulated ? 1 : 0, inProject, inProject)
    .map((row) => schema.parse(row))
}

/** Spending of every day, real or simulated; the calendar caps are counted from it. */
export function spentByDay(connection: Connection, simulated: boolean, project: string | null) {
  const schema = z.object({
    day: z.string(),
    spentNanoUsd: number,
    unsettledNanoUsd: number,
    tokens: number,
    agents: number,
  })
  return connection
    .prepare(
      `SELECT day, sum(spent) AS spentNanoUsd, sum(unsettled) AS unsettledNanoUsd, sum(tokens) AS tokens,
         sum(agents) AS agents
       FROM (SELECT day, cost_nano_usd AS spent, unsettled_nano_usd AS unsettled,
               input_tokens + output_tokens + cache_read_tokens + cache_write_tokens + unsettled_tokens AS tokens,
               0 AS agents FROM daily_costs
               WHERE simulated = @simulated AND (@project IS NULL OR project = @project)
             UNION ALL SELECT day, 0, 0, 0, agents FROM ${project === null ? 'day_agents' : 'payer_costs'}
               WHERE simulated = @simulated AND ${project === null ? 'TRUE' : 'project = @project'})
       GROUP BY day`,
    )
    .all({ simulated: simulated ? 1 : 0, project })
    .map((row) => schema.parse(row))
}
