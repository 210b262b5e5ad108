import { z } from 'zod'
import type { CostPeriod, CostQuestions, Review, RollupColumn, RollupRow, RollupSums } from '@/lib/core/cost-store'
import type { Connection } from '../open'

/** Where a column is found when sums of whole days will do. */
const dailyColumns: Partial<Record<RollupColumn, string>> = {
  day: 'day',
  model: 'model',
  workflow: 'workflow',
  phase: 'phase',
  user: 'launched_by',
}
/** Where it is found when runs have to be told apart: in their sums, or in what is known of each. */
const runColumns: Record<RollupColumn, string> = {
  day: 'c.day',
  model: 'c.model',
  workflow: 'b.workflow',
  phase: 'c.phase',
  user: 'b.launched_by',
  run: 'c.run_id',
  tag: "coalesce(t.value, '')",
}

const countColumns = {
  turns: 'turns',
  unpricedTurns: 'unpriced_turns',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  costNanoUsd: 'cost_nano_usd',
  unsettledNanoUsd: 'unsettled_nano_usd',
} as const
const kindColumns = {
  inputNanoUsd: 'input_nano_usd',
  outputNanoUsd: 'output_nano_usd',
  cacheReadNanoUsd: 'cache_read_nano_usd',
  cacheWriteNanoUsd: 'cache_write_nano_usd',
  webSearchNanoUsd: 'web_search_nano_usd',
} as const

/** Sums under their names; kinds only where they are asked for, since adding them up is half the work. */
function sumsOf(withKinds: boolean): string {
  const columns = withKinds ? { ...countColumns, ...kindColumns } : countColumns
  return Object.entries(columns)
    .map(([name, column]) => `coalesce(sum(${column}), 0) AS ${name}`)
    .join(', ')
}

/** Sums of such sums. */
function summedAgain(withKinds: boolean): string {
  const columns = withKinds ? { ...countColumns, ...kindColumns } : countColumns
  return Object.keys(columns)
    .map((name) => `sum(c.${name}) AS ${name}`)
    .join(', ')
}

const number = z.number()
const sumsSchema = z.object({
  turns: number,
  unpricedTurns: number,
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  cacheWriteTokens: number,
  costNanoUsd: number,
  inputNanoUsd: number.default(0),
  outputNanoUsd: number.default(0),
  cacheReadNanoUsd: number.default(0),
  cacheWriteNanoUsd: number.default(0),
  webSearchNanoUsd: number.default(0),
  unsettledNanoUsd: number,
})
const nothing = sumsSchema.parse({ ...Object.fromEntries(Object.keys(countColumns).map((name) => [name, 0])) })

const inPeriod = 'simulated = ? AND day BETWEEN ? AND ?'
const valuesOf = ({ from, to, simulated }: CostPeriod) => [simulated ? 1 : 0, from, to]

type Found = { rows: RollupRow[]; total: number; rest: number; turns: number }

/** The review of a period. Reads sums only: as quick for a million turns as for ten. */
export function review(connection: Connection, asked: CostQuestions['review']): Review {
  const { period, by, limit, withKinds, month } = asked
  const byDayAndModel = byDays(connection, period, ['day', 'model'], EVERYTHING, withKinds).rows
  const whole = byDayAndModel.reduce((sum, row) => added(sum, row.sums, 1), nothing)
  const isByRun = by.includes('run') || by.includes('tag')
  const { rows, total, rest, turns } = isByRun
    ? byRuns(connection, period, by, limit, withKinds)
    : byDays(connection, period, by, limit, withKinds)
  return {
    whole,
    rows,
    omitted: { rows: total - rows.length, costNanoUsd: rest },
    // Where every turn is in some run, there is nothing to look for; by tag a turn may count twice.
    byDayOnly:
      isByRun && (turns !== whole.turns || by.includes('tag'))
        ? restOf(added(whole, wholeOfRuns(connection, period, withKinds), -1))
        : null,
    byDayAndModel,
    answers: answersIn(connection, period),
    month: byDays(connection, month, ['day'], EVERYTHING, false).rows,
  }
}

const EVERYTHING = 1_000_000

function byDays(
  connection: Connection,
  period: CostPeriod,
  by: readonly RollupColumn[],
  limit: number,
  withKinds: boolean,
): Found {
  const keys = by.map((name, at) => `${dailyColumns[name] ?? 'day'} AS key${at}`)
  const group = by.length === 0 ? '' : `GROUP BY ${by.map((_, at) => at + 1).join(', ')}`
  const grouped = `SELECT ${[...keys, 'NULL AS title', sumsOf(withKinds)].join(', ')} FROM daily_costs WHERE ${inPeriod} ${group}`
  return found(connection, grouped, period, by, limit)
}

/** Sums by run first, and only then beside what is known of each run: there are far fewer runs than sums. */
function byRuns(
  connection: Connection,
  period: CostPeriod,
  by: readonly RollupColumn[],
  limit: number,
  withKinds: boolean,
): Found {
  const own = by.filter((name) => name === 'day' || name === 'model' || name === 'phase')
  const keys = by.map((name, at) => `${runColumns[name]} AS key${at}`)
  const tags = by.includes('tag') ? 'LEFT JOIN json_each(b.tags) t' : ''
  const title = by.includes('run') ? 'b.title' : 'NULL'
  const grouped = `SELECT ${[...keys, `${title} AS title`, summedAgain(withKinds)].join(', ')}
    FROM (SELECT ${['run_id', ...own, sumsOf(withKinds)].join(', ')} FROM run_costs WHERE ${inPeriod}
          GROUP BY ${['run_id', ...own].join(', ')}) c
    JOIN bills b ON b.run_id = c.run_id ${tags} GROUP BY ${by.map((_, at) => at + 1).join(', ')}`
  return found(connection, grouped, period, by, limit)
}

function found(
  connection: Connection,
  grouped: string,
  period: CostPeriod,
  by: readonly RollupColumn[],
  limit: number,
): Found {
  const rows = connection
    .prepare(
      `SELECT *, count(*) OVER () AS total, sum(costNanoUsd) OVER () AS allNanoUsd,
         sum(turns) OVER () AS allTurns FROM (${grouped})
       ORDER BY costNanoUsd DESC, 1 LIMIT ?`,
    )
    .all(...valuesOf(period), limit)
  const all = z.object({ total: number, allNanoUsd: number, allTurns: number }).safeParse(rows[0])
  const read = rows.map((row) => readRow(row, by))
  if (by.includes('run')) nameDeleted(connection, read)
  const shown = read.reduce((sum, row) => sum + row.sums.costNanoUsd, 0)
  return {
    rows: read,
    total: all.success ? all.data.total : 0,
    rest: all.success ? all.data.allNanoUsd - shown : 0,
    turns: all.success ? all.data.allTurns : 0,
  }
}

/** Money spent by a run that is deleted keeps its name, and says so. */
function nameDeleted(connection: Connection, rows: RollupRow[]): void {
  const ids = JSON.stringify(rows.map(({ key }) => key.run))
  const gone = new Set(
    z
      .array(z.string())
      .parse(
        connection.prepare('SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM runs)').pluck().all(ids),
      ),
  )
  for (const row of rows) if (gone.has(row.key.run ?? '')) row.title = `${row.title ?? ''} (deleted)`
}

const titleSchema = z.object({ title: z.string().nullable() })

function readRow(row: unknown, by: readonly RollupColumn[]): RollupRow {
  const values = z.record(z.string(), z.unknown()).parse(row)
  return {
    key: Object.fromEntries(by.map((name, at) => [name, String(values[`key${at}`])])),
    title: titleSchema.parse(row).title,
    sums: sumsSchema.parse(row),
  }
}

function wholeOfRuns(connection: Connection, period: CostPeriod, withKinds: boolean): RollupSums {
  return sumsSchema.parse(
    connection.prepare(`SELECT ${sumsOf(withKinds)} FROM run_costs WHERE ${inPeriod}`).get(...valuesOf(period)),
  )
}

function added(a: RollupSums, b: RollupSums, sign: 1 | -1): RollupSums {
  const add = (name: keyof RollupSums) => a[name] + sign * b[name]
  return {
    turns: add('turns'),
    unpricedTurns: add('unpricedTurns'),
    inputTokens: add('inputTokens'),
    outputTokens: add('outputTokens'),
    cacheReadTokens: add('cacheReadTokens'),
    cacheWriteTokens: add('cacheWriteTokens'),
    costNanoUsd: add('costNanoUsd'),
    inputNanoUsd: add('inputNanoUsd'),
    outputNanoUsd: add('outputNanoUsd'),
    cacheReadNanoUsd: add('cacheReadNanoUsd'),
    cacheWriteNanoUsd: add('cacheWriteNanoUsd'),
    webSearchNanoUsd: add('webSearchNanoUsd'),
    unsettledNanoUsd: add('unsettledNanoUsd'),
  }
}

/** Null when nothing is left. */
function restOf(rest: RollupSums): RollupSums | null {
  return rest.turns === 0 && rest.costNanoUsd === 0 && rest.unsettledNanoUsd === 0 ? null : rest
}

function answersIn(connection: Connection, { from, to, simulated }: CostPeriod): number {
  return number.parse(
    connection
      .prepare(
        `SELECT coalesce(sum(answers), 0) FROM bills
         WHERE simulated = ? AND created_at >= ? AND created_at < date(?, '+1 day')`,
      )
      .pluck()
      .get(simulated ? 1 : 0, from, to),
  )
}

/** What every day there is came to, real and simulated apart: what caps are counted from. */
export function spentByDay(connection: Connection, simulated: boolean) {
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
               0 AS agents FROM daily_costs WHERE simulated = @simulated
             UNION ALL SELECT day, 0, 0, 0, agents FROM day_agents WHERE simulated = @simulated)
       GROUP BY day`,
    )
    .all({ simulated: simulated ? 1 : 0 })
    .map((row) => schema.parse(row))
}
