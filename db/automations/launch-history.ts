import { and, count, eq, gte, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { LaunchHistory } from '@/lib/core/ports/automation'
import { openStatuses } from '@/lib/core/spec/run-status'
import type { Queries } from '../open'
import { runs, runTotals, type schedules, type triggers } from '../schema'

/** Where the occasions of automations of one kind are kept: the columns that all kinds have. */
export type OccasionColumns = {
  table: SQLiteTable
  id: SQLiteColumn
  at: SQLiteColumn
  outcome: SQLiteColumn
  runId: SQLiteColumn
}

/** Whether a table has as many rows as it may have, of all projects; asked in the transaction that adds one. */
export function isFull(on: Pick<Queries, 'select'>, table: SQLiteTable, most: number): boolean {
  return (on.select({ held: count() }).from(table).get()?.held ?? 0) >= most
}

/** How the run of an occasion stands; selected where `runs` and `run_totals` are joined. */
export const resultColumns = {
  runStatus: runs.status,
  spentNanoUsd: sql<number | null>`${runTotals.spentNanoUsd} + ${runTotals.unsettledNanoUsd}`,
}

/** Whether an occasion from a moment on was launched or refused. */
export function isResultSince({ at, outcome, runId }: OccasionColumns, since: string): SQL | undefined {
  return and(gte(at, since), or(isNotNull(runId), eq(outcome, 'refused')))
}

/** What is asked of the runs of schedules and of triggers alike. */
export function createLaunchHistory(
  queries: Queries,
  columns: OccasionColumns,
): Omit<LaunchHistory<never>, 'resultsSince'> {
  const { table, at, outcome, runId } = columns
  return {
    async unendedRun(id) {
      const open = queries
        .select({ runId: runs.id })
        .from(table)
        .innerJoin(runs, eq(runs.id, runId))
        .where(and(eq(columns.id, id), inArray(runs.status, openStatuses)))
        .limit(1)
        .get()
      return open?.runId ?? null
    },

    async hasWaiting(id) {
      const isWaiting = and(eq(columns.id, id), eq(outcome, 'waiting'))
      return queries.select({ one: sql`1` }).from(table).where(isWaiting).limit(1).get() !== undefined
    },

    async spentSince(id, from) {
      const spent = queries
        .select({
          nanoUsd: sql<number>`coalesce(sum(${runTotals.spentNanoUsd} + ${runTotals.unsettledNanoUsd}), 0)`,
        })
        .from(table)
        .innerJoin(runTotals, eq(runTotals.runId, runId))
        .where(and(eq(columns.id, id), gte(at, from)))
        .get()
      return spent?.nanoUsd ?? 0
    },
  }
}

/** Replaces a row if it still is as it was read; false where it was changed or deleted meanwhile. */
export function changeIfSame<T extends { id: string }>(
  queries: Queries,
  table: typeof schedules | typeof triggers,
  before: T,
  after: T,
): boolean {
  return queries.transaction(
    (within) => {
      const now = within.select().from(table).where(eq(table.id, before.id)).get()
      if (now === undefined || JSON.stringify(now) !== JSON.stringify(before)) return false
      within.update(table).set(after).where(eq(table.id, before.id)).run()
      return true
    },
    { behavior: 'immediate' },
  )
}
