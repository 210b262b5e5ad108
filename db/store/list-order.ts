import { asc, desc, type SQL, sql } from 'drizzle-orm'
import { assertNever } from '@/lib/core/base/assert-never'
import type { RunOrder, RunSorting } from '@/lib/core/ports/run-store'
import { runStatuses } from '@/lib/core/spec/run-status'
import { runs } from '../schema'
import { agentsOfRun, inHead } from './list-condition'

const newest: Pick<RunSorting, 'by' | 'descends' | 'at' | 'after'> = {
  by: 'launched',
  descends: true,
  at: '',
  after: null,
}

/**
 * The order of a list of runs: the `value` each is placed by, the columns to order by, and the condition for
 * what comes behind the place where the last page ended. A place is three values that only one run has, so
 * runs that are launched, end or change between two pages neither repeat nor hide another.
 */
export function listOrder({ by, descends, at, after }: RunSorting = newest) {
  const value = placedBy(by, after?.at ?? at)
  return {
    value,
    by: [descends ? desc(value) : asc(value), desc(runs.createdAt), asc(runs.id)],
    behind: after === null ? undefined : behind(value, descends, after),
  }
}

function behind(
  value: SQL<string | number>,
  descends: boolean,
  place: NonNullable<RunSorting['after']>,
): SQL {
  const beyond = descends ? sql`${value} < ${place.value}` : sql`${value} > ${place.value}`
  const { createdAt, id } = place
  return sql`(${beyond} OR (${value} = ${place.value} AND (${runs.createdAt} < ${createdAt} OR (${runs.createdAt} = ${createdAt} AND ${runs.id} > ${id}))))`
}

/** What runs are placed by; never null, so that places can be compared. */
function placedBy(by: RunOrder, at: string): SQL<string | number> {
  switch (by) {
    case 'launched':
      return sql<string>`${runs.createdAt}`
    case 'title':
      return sql<string>`lower(${runs.title})`
    case 'status':
      return sql<number>`CASE ${runs.status} ${sql.join(
        runStatuses.map((status, index) => sql`WHEN ${status} THEN ${index}`),
        sql` `,
      )} ELSE ${runStatuses.length} END`
    case 'agents':
      return sql<number>`${agentsOfRun}`
    case 'tokens':
      return sql<number>`(${inHead('totals.inputTokens')} + ${inHead('totals.outputTokens')} + ${inHead('totals.cacheReadTokens')} + ${inHead('totals.cacheWriteTokens')})`
    case 'cost':
      return sql<number>`coalesce(${inHead('totals.costNanoUsd')}, ${inHead('totals.spentNanoUsd')})`
    case 'time':
      return elapsed(at)
    default:
      return assertNever(by)
  }
}

/** Milliseconds a run has taken by `at`, its pauses left out; -1 before it began. */
function elapsed(at: string): SQL<number> {
  const until = sql`coalesce(${inHead('run.endedAt')}, ${inHead('run.pausedAt')}, ${at})`
  const ms = sql`(julianday(${until}) - julianday(${inHead('run.startedAt')})) * 86400000`
  return sql<number>`coalesce(round(${ms} - ${inHead('run.pausedMs')}), -1)`
}
