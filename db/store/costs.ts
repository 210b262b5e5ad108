import { z } from 'zod'
import type { CostPeriod, CostQuestions, Review, RollupColumn, RollupRow, RollupSums } from '@/lib/core/cost-store'
import type { Connection } from '../open'

/** Where a column is found when sums of whole days will do. */
const dailyColumns: Partial<Record<RollupColumn, string>> = {
  day: 'c.day',
  model: 'c.model',
  workflow: 'c.workflow',
  phase: 'c.phase',
  user: 'c.launched_by',
}
/** Where it is found when runs have to be told apart. */
const runColumns: Record<RollupColumn, string> = {
  day: 'c.day',
  model: 'c.model',
  workflow: 'b.workflow',
  phase: 'c.phase',
  user: 'b.launched_by',
  run: 'c.run_id',
  tag: "coalesce(t.value, '')",
}

const sumColumns = {
  turns: 'turns',
  unpricedTurns: 'unpriced_turns',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  costNanoUsd: 'cost_nano_usd',
  inputNanoUsd: 'input_nano_usd',
  outputNanoUsd: 'output_nano_usd',
  cacheReadNanoUsd: 'cache_read_nano_usd',
  cacheWriteNanoUsd: 'cache_write_nano_usd',
  webSearchNanoUsd: 'web_search_nano_usd',
  unsettledNanoUsd: 'unsettled_nano_usd',
} as const satisfies Record<keyof RollupSums, string>

const sums = Object.entries(sumColumns)
  .map(([name, column]) => `coalesce(sum(c.${column}), 0) AS ${name}`)
  .join(', ')

const number = z.number()
const sumsSchema = z.object({
  turns: number,
  unpricedTurns: number,
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  cacheWriteTokens: number,
  costNanoUsd: number,
  inputNanoUsd: number,
  outputNanoUsd: number,
  cacheReadNanoUsd: number,
  cacheWriteNanoUsd: number,
  webSearchNanoUsd: number,
  unsettledNanoUsd: number,
})

const inPeriod = 'c.simulated = ? AND c.day BETWEEN ? AND ?'
const valuesOf = ({ from, to, simulated }: CostPeriod) => [simulated ? 1 : 0, from, to]

/** The review of a period. Reads sums only: as quick for a million turns as for ten. */
export function review(connection: Connection, { period, by, limit, month }: CostQuestions['review']): Review {
  const isByRun = by.includes('run') || by.includes('tag')
  const whole = wholeOf(connection, 'daily_costs', period)
  const { rows, total, rest } = grouped(connection, period, by, limit)
  return {
    whole,
    rows,
    omitted: { rows: total - rows.length, costNanoUsd: rest },
    byDayOnly: isByRun ? lessOf(whole, wholeOf(connection, 'run_costs', period)) : null,
    byDayAndModel: grouped(connection, period, ['day', 'model'], EVERYTHING).rows,
    answers: answersIn(connection, period),
    month: grouped(connection, month, ['day'], EVERYTHING).rows,
  }
}

const EVERYTHING = 1_000_000

function grouped(connection: Connection, period: CostPeriod, by: readonly RollupColumn[], limit: number) {
  const isByRun = by.includes('run') || by.includes('tag')
  const columns = by.map((name) => (isByRun ? runColumns[name] : (dailyColumns[name] ?? runColumns[name])))
  const keys = columns.map((column, at) => `${column} AS key${at}`)
  const source = isByRun
    ? `run_costs c JOIN bills b ON b.run_id = c.run_id ${by.includes('tag') ? 'LEFT JOIN json_each(b.tags) t' : ''}`
    : 'daily_costs c'
  const title = by.includes('run') ? 'b.title' : 'NULL'
  const found = connection
    .prepare(
      `SELECT *, count(*) OVER () AS total, sum(costNanoUsd) OVER () AS allNanoUsd FROM (
         SELECT ${[...keys, `${title} AS title`, sums].join(', ')} FROM ${source} WHERE ${inPeriod}
         ${columns.length === 0 ? '' : `GROUP BY ${columns.map((_, at) => at + 1).join(', ')}`})
       ORDER BY costNanoUsd DESC, 1 LIMIT ?`,
    )
    .all(...valuesOf(period), limit)
  const rows = found.map((row) => readRow(row, by))
  const all = z.object({ total: number, allNanoUsd: number }).safeParse(found[0])
  const shown = rows.reduce((sum, row) => sum + row.sums.costNanoUsd, 0)
  return {
    rows,
    total: all.success ? all.data.total : 0,
    rest: all.success ? all.data.allNanoUsd - shown : 0,
  }
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

function wholeOf(connection: Connection, table: 'daily_costs' | 'run_costs', period: CostPeriod): RollupSums {
  return sumsSchema.parse(
    connection.prepare(`SELECT ${sums} FROM ${table} c WHERE ${inPeriod}`).get(...valuesOf(period)),
  )
}

/** One less the other, or null when nothing is left. */
function lessOf(whole: RollupSums, part: RollupSums): RollupSums | null {
  const rest = { ...whole }
  for (const name of Object.keys(sumColumns) as (keyof RollupSums)[]) rest[name] = whole[name] - part[name]
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

/** Sums of every day there is, real and simulated apart: what caps are counted from. */
export function spentByDay(connection: Connection, simulated: boolean) {
  const schema = z.object({ day: z.string(), spentNanoUsd: number, unsettledNanoUsd: number })
  return connection
    .prepare(
      `SELECT day, sum(cost_nano_usd) AS spentNanoUsd, sum(unsettled_nano_usd) AS unsettledNanoUsd
       FROM daily_costs WHERE simulated = ? GROUP BY day`,
    )
    .all(simulated ? 1 : 0)
    .map((row) => schema.parse(row))
}
