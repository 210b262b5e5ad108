import type { JournalStore } from '@/lib/core/ports/journal-store'

/**
 * Keys of the calls that a cap refused and a retry asks again; not of calls that could not succeed under any
 * cap.
 */
export async function refusedAtCaps(store: JournalStore, runId: string): Promise<string[]> {
  const keys = new Set<string>()
  for (const { event } of await store.readJournal(runId, 0, Number.MAX_SAFE_INTEGER)) {
    if (event.type === 'call.refused' && event.cap !== null) keys.add(event.key)
    if (event.type === 'run.retried') for (const key of event.refusals) keys.delete(key)
  }
  return [...keys]
}
