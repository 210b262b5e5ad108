import { streamApi } from '@/lib/api/endpoints/stream-endpoints'
import type { StreamQuery } from '@/lib/api/stream'
import { isNamed } from '@/lib/core/base/named-error'
import { every } from '@/lib/core/ports/clock'
import { type Sink, underTopic } from '@/lib/live/event-sink'
import type { Asker } from '../access/asker'
import type { App } from '../app/app'
import { logError } from '../log/log'
import { getHead } from '../runs/read-run'
import { Refusal } from '../services/problem'
import { admit } from './door'
import { openStream } from './open-stream'

/** How often a stream says that it is there; a client that hears nothing for longer opens another one. */
const BEAT_MS = 5_000

/** More runs than anybody has open; each costs a subscription. */
const MOST_RUNS = 200

/**
 * Several runs and the overview on one connection: a browser allows six to a host, and people have more tabs
 * open. A run that ends leaves the stream, which goes on for the others.
 */
export function watchAll(app: App, query: StreamQuery, request: Request, asker: Asker): Response {
  const runs = query.runs === '' ? [] : query.runs.split(',').map((one) => one.split('~'))
  if (runs.length > MOST_RUNS)
    throw new Refusal(
      'bad-request',
      `\`runs\` names ${runs.length} runs; a stream takes ${MOST_RUNS} at most.`,
    )
  return openStream(app, request, asker, (sink) => {
    const leaves = runs.map(([id = '', after]) =>
      followRun(app.whole, request.headers, id, Number(after), query.watcher, sink),
    )
    if (query.overview === '1') leaves.push(follow('overview', sink, (part) => app.overview.follow(part)))
    const beat = () => sink.send({ name: 'beat', data: '{}' })
    const rest = every(app.clock, BEAT_MS, beat)
    beat()
    return () => {
      rest()
      for (const leave of leaves) leave()
    }
  })
}

/** The overview's stream alone, for programs: run summaries, what needs a person, provider headroom. */
export function watchOverview(app: App, request: Request, asker: Asker): Response {
  return openStream(app, request, asker, (sink) => app.overview.follow(sink))
}

/** Follows a run at once, so its watcher can be named as soon as the stream is open. */
function followRun(
  app: App,
  headers: Headers,
  id: string,
  after: number,
  watcher: string,
  sink: Sink,
): () => void {
  return follow(id, sink, (part) => {
    const gone = (error: unknown) => {
      part.send({ name: 'gone', data: '{}' })
      part.close()
      if (!isNamed<Refusal>(error, 'Refusal')) logError(error, { run: id })
    }
    const begin = () => app.tails.follow(id, after, { id: watcher, agents: [] }, part)
    if (app.projects.isOnlyDefault) {
      getHead(app, id).catch(gone)
      return begin()
    }
    // It may be of another project than what is beside it on this connection.
    let leave = () => {}
    admit(app, headers, streamApi.followRun, { id })
      .then(({ app: reached }) => getHead(reached, id))
      .then(() => {
        if (part.isOpen) leave = begin()
      })
      .catch(gone)
    return () => leave()
  })
}

/** One topic of a stream: its frames carry its name, and it may end while the stream goes on. */
function follow(topic: string, sink: Sink, begin: (part: Sink) => () => void): () => void {
  let isOpen = true
  let finish = () => {}
  const part: Sink = {
    get isOpen() {
      return isOpen && sink.isOpen
    },
    send(event) {
      if (isOpen) sink.send(underTopic(event, topic))
    },
    close() {
      if (!isOpen) return
      isOpen = false
      finish()
    },
  }
  finish = begin(part)
  if (!isOpen) finish()
  return () => part.close()
}
