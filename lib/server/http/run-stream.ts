import type { EventsPage, EventsQuery } from '@/lib/api/stream'
import type { App } from '@/lib/server/app/app'
import type { Asker } from '../access/asker'
import { getHead } from '../runs/read-run'
import { openStream } from './open-stream'

/**
 * The stream of one run, from a cursor on: `Last-Event-ID` if the client sends it, else `after`. For programs.
 * Browsers use /api/stream.
 */
export async function watchRun(
  app: App,
  runId: string,
  query: EventsQuery,
  request: Request,
  asker: Asker,
): Promise<Response> {
  await getHead(app, runId)
  const seen = Number(request.headers.get('last-event-id') ?? Number.NaN)
  const after = Number.isInteger(seen) && seen >= 0 ? seen : (query.after ?? 0)
  const agents = (query.watch ?? '').split(',').filter(Boolean)
  return openStream(app, request, asker, (sink) =>
    app.tails.follow(runId, after, { id: query.watcher ?? '', agents }, sink),
  )
}

/** The same journal as JSON pages, for programs. */
export async function pageOfEvents(app: App, runId: string, query: EventsQuery): Promise<EventsPage> {
  const { seq } = await getHead(app, runId)
  const events = await app.store.readJournal(runId, query.after ?? 0, query.limit)
  return { events, seq, next: events.at(-1)?.seq ?? null }
}
