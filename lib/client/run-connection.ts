import { endFrameSchema, eventsFrameSchema, pulseFrameSchema } from '@/lib/api/stream'
import { parseJson } from '@/lib/core/json'
import { hasEnded } from '@/lib/core/run'
import { type Snapshot, snapshotSchema } from '@/lib/core/state'
import { ApiError, ask, problemOf, tell } from './api'
import { api } from './paths'
import type { RunStore } from './run-store'

/** The part of EventSource this file needs; tests bring their own. */
export type Stream = {
  addEventListener: (type: string, listener: (event: { data?: unknown }) => void) => void
  close: () => void
}

export type Doors = {
  getSnapshot: (runId: string) => Promise<Snapshot>
  openStream: (url: string) => Stream
  putWatch: (runId: string, watcher: string, agents: readonly string[]) => Promise<void>
  wait: (callback: () => void, ms: number) => () => void
  random: () => number
}

export type RunConnection = {
  close: () => void
  watch: (agents: readonly string[]) => void
  /** Throws away what is held and begins again with a snapshot. */
  restart: () => void
  /** Begins again at once: a run that had ended goes on, and its stream was closed. */
  rejoin: () => void
  /** Asks for the live text again, from offset 0. */
  rewatch: () => void
}

/** Keeps a store true to its run: snapshot, then the tail above it, again and again until the run has ended. */
export function connectRun(runId: string, store: RunStore, doors: Doors = browserDoors): RunConnection {
  let stream: Stream | null = null
  let cancelWait = () => {}
  let isClosed = false
  let attempt = 0
  let watched: readonly string[] = []
  let watcher = ''
  /** Agents the server knows are wanted on the open stream; null until the stream is open. */
  let told: string | null = null
  let isRewatching = false

  const begin = async () => {
    stop()
    const epoch = `w${Math.floor(doors.random() * 1e12).toString(36)}`
    watcher = epoch
    try {
      const snapshot = await doors.getSnapshot(runId)
      if (isClosed || epoch !== watcher) return
      store.hydrate(snapshot)
      if (hasEnded(snapshot.run.status)) store.connect({ status: 'ended' })
      else tail()
    } catch (error) {
      if (isClosed || epoch !== watcher) return
      const problem = problemOf(error)
      const isFinal = error instanceof ApiError && problem.status >= 400 && problem.status < 500
      if (!isFinal) retry(begin)
      else
        store.connect({
          status: 'refused',
          title: problem.title,
          detail: problem.detail,
          isMissing: problem.status === 404,
        })
    }
  }

  const tail = () => {
    stop()
    const asked = watched.join(',')
    const query = { after: String(store.seq()), watcher, ...(asked === '' ? {} : { watch: asked }) }
    const opened = doors.openStream(api.events(runId, query))
    stream = opened
    opened.addEventListener('open', () => {
      attempt = 0
      told = asked
      tellWatch()
      store.connect({ status: 'live' })
    })
    opened.addEventListener('events', ({ data }) => {
      const frame = eventsFrameSchema.safeParse(parseJson(String(data)))
      if (frame.success) store.receive(frame.data)
      else restart()
    })
    opened.addEventListener('pulse', ({ data }) => {
      const frame = pulseFrameSchema.safeParse(parseJson(String(data)))
      if (frame.success) store.pulse(frame.data)
    })
    opened.addEventListener('end', ({ data }) => {
      stop()
      const frame = endFrameSchema.safeParse(parseJson(String(data)))
      // Frames are folded in a microtask; asked after it, so that the last one counts.
      queueMicrotask(() => {
        if (frame.success && frame.data.seq > store.seq()) void begin()
        else store.connect({ status: 'ended' })
      })
    })
    opened.addEventListener('error', () => {
      // The browser would come back with the address it first had; the cursor has moved on since.
      // Now and then a snapshot is asked for instead: it tells a deleted run from a server that is away.
      if (stream === opened) retry(attempt % 3 === 2 ? begin : tail)
    })
  }

  const retry = (again: () => void) => {
    stop()
    attempt += 1
    store.connect({ status: 'reconnecting', attempt })
    const bound = Math.min(10_000, 400 * 2 ** Math.min(attempt, 6))
    cancelWait = doors.wait(again, bound / 2 + (doors.random() * bound) / 2)
  }

  const stop = () => {
    cancelWait()
    stream?.close()
    stream = null
    told = null
  }

  const restart = () => {
    retry(begin)
  }

  const sendWatch = () => {
    told = watched.join(',')
    // A watch that is lost only costs live text; the transcript still arrives with the commit.
    doors.putWatch(runId, watcher, watched).catch((error: unknown) => console.warn('Not watching live text.', error))
  }

  /** A stream that is not open yet has no watcher to name; it is told as soon as it opens. */
  const tellWatch = () => {
    if (told !== null && told !== watched.join(',')) sendWatch()
  }

  void begin()
  return {
    close: () => {
      isClosed = true
      stop()
    },
    watch: (agents) => {
      watched = agents
      tellWatch()
    },
    restart,
    rejoin: () => void begin(),
    rewatch: () => {
      if (told === null || isRewatching) return
      isRewatching = true
      // The server forgets how much it has sent of an agent that nobody wants, and begins at 0 when it is wanted again.
      doors
        .putWatch(runId, watcher, [])
        .then(sendWatch)
        .catch((error: unknown) => console.warn('Live text has a hole.', error))
        .finally(() => {
          isRewatching = false
        })
    },
  }
}

const browserDoors: Doors = {
  getSnapshot: (runId) => ask(api.run(runId), snapshotSchema),
  openStream: (url) => new EventSource(url),
  putWatch: (runId, watcher, agents) => tell(api.watch(runId), { method: 'PUT', body: { watcher, agents } }),
  wait: (callback, ms) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}
