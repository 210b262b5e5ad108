import type { RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import type { Harness } from './harness'

/**
 * Takes the end of a run out of its journal and starts anew, so that all of it is replayed. Its events may be
 * rewritten, and its script edited, as if it had always been that one.
 */
export async function reopen(
  own: Harness,
  runId: string,
  { rewritten = (event: RunEvent) => event, script = null as string | null } = {},
): Promise<void> {
  await own.restart(async () => {
    const { database } = own
    const open = (await own.journal(runId))
      .filter(({ event }) => event.type !== 'run.ended')
      .map((envelope) => ({ ...envelope, event: rewritten(envelope.event) }))
    const save = database.prepare('UPDATE events SET data = ? WHERE run_id = ? AND seq = ?')
    for (const { seq, event } of open) save.run(JSON.stringify(event), runId, seq)
    if (script !== null) database.prepare('UPDATE runs SET script = ? WHERE id = ?').run(script, runId)
    database.prepare("DELETE FROM events WHERE run_id = ? AND type = 'run.ended'").run(runId)
    database.prepare('UPDATE runs SET seq = ?, result = NULL WHERE id = ?').run(open.length, runId)
    await own.store.commit((transaction) => transaction.project(foldAll(null, open), []))
  })
}
