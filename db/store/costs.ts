import { z } from 'zod'
import type { CostPeriod, RollupColumn, RollupRow, RollupSums } from '@/lib/core/cost-store'
import { sketchPrefix } from '@/lib/core/run'
import type { RunHead } from '@/lib/core/store'
import type { Connection } from '../open'
import { readHead } from './rows'

const column: Record<RollupColumn, string> = {
  day: 'day',
  model: 'model',
  workflow: 'workflow',
  phase: 'phase',
  user: 'launched_by',
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

/** Daily sums of a period, grouped. Reads rollups only: as quick for a million turns as for ten. */
export function rollupSums(connection: Connection, period: CostPeriod, by: readonly RollupColumn[]): RollupRow[] {
  const keys = by.map((name) => `${column[name]} AS ${name}_key`)
  const sums = Object.entries(sumColumns).map(([name, sql]) => `coalesce(sum(${sql}), 0) AS ${name}`)
  const group = by.length === 0 ? '' : `GROUP BY ${by.map((name) => column[name]).join(', ')}`
  const rows = connection
    .prepare(
      `SELECT ${[...keys, ...sums].join(', ')} FROM daily_costs WHERE day BETWEEN ? AND ? AND simulated = ? ${group}`,
    )
    .all(period.from, period.to, period.simulated ? 1 : 0)
  return rows.map((row) => ({ key: keyOf(row, by), sums: sumsSchema.parse(row) }))
}

function keyOf(row: unknown, by: readonly RollupColumn[]): Partial<Record<RollupColumn, string>> {
  const values = z.record(z.string(), z.unknown()).parse(row)
  return Object.fromEntries(by.map((name) => [name, String(values[`${name}_key`])]))
}

/** Runs created in a period, dearest first; rehearsals and sketches left out. */
export function dearestRuns(connection: Connection, period: CostPeriod, limit: number): RunHead[] {
  return connection
    .prepare(
      `SELECT head FROM runs WHERE created_at >= ? AND created_at < date(?, '+1 day') AND simulated = ? AND id NOT LIKE ?
         AND json_extract(head, '$.run.rehearsal') IS NULL
       ORDER BY json_extract(head, '$.totals.spentNanoUsd') DESC LIMIT ?`,
    )
    .all(period.from, period.to, period.simulated ? 1 : 0, `${sketchPrefix}%`, limit)
    .map(readHead)
}

/** Agents of the runs created in a period that gave an answer they paid for. */
export function answeredAgents(connection: Connection, period: CostPeriod): number {
  const census = (kind: string) => `json_extract(head, '$.census.${kind}')`
  return z.number().parse(
    connection
      .prepare(
        `SELECT coalesce(sum(${census('succeeded')} + ${census('flagged')} - ${census('reused')}), 0) FROM runs
         WHERE created_at >= ? AND created_at < date(?, '+1 day') AND simulated = ? AND id NOT LIKE ?
           AND json_extract(head, '$.run.rehearsal') IS NULL`,
      )
      .pluck()
      .get(period.from, period.to, period.simulated ? 1 : 0, `${sketchPrefix}%`),
  )
}
