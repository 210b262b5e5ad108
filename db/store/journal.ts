import { and, eq, gt, sql } from 'drizzle-orm'
import type { JournalStore } from '@/lib/core/ports/journal-store'
import { type Envelope, runEventSchema } from '@/lib/core/run/events'
import { upcast } from '@/lib/core/run/upcast'
import { parsed } from '../json-column'
import type { Connection, Queries } from '../open'
import { events } from '../schema'
import { unavailable } from '../unavailable'
import { createTransaction } from './transaction'

/** Journals of runs, and the one transaction that writes them. */
export function createJournalStore(connection: Connection, queries: Queries): JournalStore {
  const transaction = createTransaction(connection)
  const prepared = prepare(queries)
  return {
    async commit(work) {
      try {
        return connection.transaction(() => work(transaction)).immediate()
      } catch (error) {
        throw unavailable(error) ?? error
      }
    },

    async readJournal(runId, after, limit) {
      return envelopesOf(runId, prepared.above.all({ runId, after, limit }))
    },

    async agentEvents(runId, agentId) {
      return envelopesOf(runId, prepared.ofAgent.all({ runId, agentId }))
    },
  }
}

/** What an envelope is read from. */
export const envelopeColumns = { seq: events.seq, at: events.at, data: events.data }

/** A row of a journal that is no event: something other than Skein has written to the database. */
export class UnreadableJournalError extends Error {
  constructor(runId: string, seq: number, cause: unknown) {
    super(
      `Event ${seq} in the journal of run ${runId} cannot be read: it was changed outside of Skein. Restore the database, or delete the run.`,
      { cause },
    )
    this.name = 'UnreadableJournalError'
  }
}

/**
 * Reads rows of a run's journal as envelopes. An event is read here and not by its column, so an error
 * can say which one it is.
 */
export function envelopesOf(
  runId: string,
  rows: readonly { seq: number; at: string; data: string }[],
): Envelope[] {
  return rows.map(({ seq, at, data }) => {
    try {
      return { runId, seq, at, event: runEventSchema.parse(upcast(parsed(data))) }
    } catch (cause) {
      throw new UnreadableJournalError(runId, seq, cause)
    }
  })
}

function prepare(queries: Queries) {
  const ofRun = eq(events.runId, sql.placeholder('runId'))
  const select = () => queries.select(envelopeColumns).from(events)
  return {
    above: select()
      .where(and(ofRun, gt(events.seq, sql.placeholder('after'))))
      .orderBy(events.seq)
      .limit(sql.placeholder('limit'))
      .prepare(),
    ofAgent: select()
      .where(and(ofRun, eq(events.agentId, sql.placeholder('agentId'))))
      .orderBy(events.seq)
      .prepare(),
  }
}
