import { eq, sql } from 'drizzle-orm'
import { runNotes } from '../access/schema'
import { githubHandovers, githubRuns } from '../github/schema'
import type { Queries } from '../open'
import {
  agents,
  deletedRuns,
  events,
  idempotencyKeys,
  inFlightTurns,
  messages,
  runs,
  sources,
  turns,
} from '../schema'

/** What a run has many rows of. */
const ownTables = [events, agents, messages, turns, sources]

/** What stands beside a run, and stays where its rows are written anew. */
const besideTables = [runNotes, githubHandovers, githubRuns]

/** Rows of one transaction: the journal of a run at work must not wait for those of a deleted one. */
const ROWS_AT_ONCE = 200

/**
 * Deletes a run: at once for everybody who reads, and then its many rows in short transactions, between which other
 * work comes in. What was cut off is gone on with by `clearDeleted`.
 */
export async function deleteRunStepwise(queries: Queries, runId: string): Promise<void> {
  queries.transaction(
    (within) => {
      within.insert(deletedRuns).values({ runId }).onConflictDoNothing().run()
      for (const table of [inFlightTurns, idempotencyKeys])
        within.delete(table).where(eq(table.runId, runId)).run()
      within.delete(runs).where(eq(runs.id, runId)).run()
    },
    { behavior: 'immediate' },
  )
  await clearRows(queries, runId)
}

/** Goes on with deletions that were cut off, as by the end of the process. */
export async function clearDeleted(queries: Queries): Promise<void> {
  for (const { runId } of queries.select().from(deletedRuns).all()) await clearRows(queries, runId)
}

/**
 * Takes a run away whose rows are to be written anew: its notes stay. Until `keepRows` is said, the next start clears
 * away what there is of it.
 */
export async function makeRoom(queries: Queries, runId: string): Promise<void> {
  queries.transaction(
    (within) => {
      within.insert(deletedRuns).values({ runId }).onConflictDoNothing().run()
      within.delete(runs).where(eq(runs.id, runId)).run()
    },
    { behavior: 'immediate' },
  )
  await clearTables(queries, runId, ownTables)
}

/** Says that the rows of a run are to stay, inside the transaction that lets it be seen. */
export function keepRows(queries: Pick<Queries, 'delete'>, runId: string): void {
  queries.delete(deletedRuns).where(eq(deletedRuns.runId, runId)).run()
}

/** Clears away what there is of a run that nobody sees. */
export async function clearRows(queries: Queries, runId: string): Promise<void> {
  await clearTables(queries, runId, [...ownTables, ...besideTables])
  keepRows(queries, runId)
}

type OwnTable = (typeof ownTables)[number] | (typeof besideTables)[number]

async function clearTables(queries: Queries, runId: string, tables: readonly OwnTable[]): Promise<void> {
  for (const table of tables)
    for (let deleted = ROWS_AT_ONCE; deleted === ROWS_AT_ONCE; ) {
      const some = sql`rowid IN (SELECT rowid FROM ${table} WHERE run_id = ${runId} LIMIT ${ROWS_AT_ONCE})`
      deleted = queries.delete(table).where(some).run().changes
      if (deleted === ROWS_AT_ONCE) await new Promise((resolve) => setImmediate(resolve))
    }
}
