import { and, eq, sql } from 'drizzle-orm'
import type { SpendingStore } from '@/lib/core/ports/spending-store'
import type { Connection, Queries } from '../open'
import { dailyCosts } from '../schema'
import { spentByDay, spentByPayer } from './costs'
import { costLines, unsettledLines } from './run-costs'

/** What was spent, by run and by day. */
export function createSpendingStore(
  connection: Connection,
  queries: Queries,
  project: string | null,
): SpendingStore {
  const total = (column: typeof dailyCosts.costNanoUsd | typeof dailyCosts.unsettledNanoUsd) =>
    sql<number>`coalesce(sum(${column}), 0)`
  const spentOn = queries
    .select({
      spentNanoUsd: total(dailyCosts.costNanoUsd),
      unsettledNanoUsd: total(dailyCosts.unsettledNanoUsd),
    })
    .from(dailyCosts)
    .where(
      and(
        eq(dailyCosts.day, sql.placeholder('day')),
        eq(dailyCosts.simulated, sql.placeholder('simulated')),
        project === null ? undefined : eq(dailyCosts.project, project),
      ),
    )
    .prepare()
  return {
    async costLines(runId) {
      return connection.transaction(() => ({
        spent: costLines(connection, runId),
        unsettled: unsettledLines(connection, runId),
      }))()
    },

    async spentOn(day, simulated) {
      return spentOn.get({ day, simulated: simulated ? 1 : 0 }) ?? { spentNanoUsd: 0, unsettledNanoUsd: 0 }
    },

    async spentByDay(simulated) {
      return spentByDay(connection, simulated, project)
    },

    async spentByPayer(simulated) {
      return spentByPayer(connection, simulated, project)
    },
  }
}
