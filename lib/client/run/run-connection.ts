import { endFrameSchema, eventsFrameSchema, pulseFrameSchema } from '@/lib/api/stream'
import { parseJson } from '@/lib/core/base/json'
import type { Snapshot } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import { ApiError, call, problemOf } from '../http/api'
import { laterApi } from '../http/later'
import { reconnectWaitMs } from '../stream/reconnect-wait'
import type { OpenStream, TopicStream } from '../stream/shared-stream'
import { openStream } from '../stream/shared-stream-browser'
import type { RunStore } from './run-store'

const runApi = laterApi(async () => (await import('@/lib/api/endpoints/run-endpoints')).runApi)

export type Dependencies = {
  getSnapshot: (runId: string) => Promise<Snapshot>
  openStream: OpenStream
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

/**
 * Keeps a store true to its run: snapshot, then the tail above it, again and again until the run has ended.
 */
export function connectRun(
  runId: string,
  store: RunStore,
  dependencies: Dependencies = browserDependencies,
): RunConnection {
  let stream: TopicStream | null = null
  let cancelWait = () => {}
  let isClosed = false
  let attempt = 0
  let watched: readonly string[] = []
  let beginnings = 0

  const begin = async () => {
    stop()
    const beginning = ++beginnings
    const isPast = () => isClosed || beginning !== beginnings
    try {
      const snapshot = await dependencies.getSnapshot(runId)
      if (isPast()) return
      store.hydrate(snapshot)
      if (hasEnded(snapshot.run.status)) store.connect({ status: 'ended' })
      else tail()
    } catch (error) {
      if (isPast()) return
      const problem = problemOf(error)
      const isFinal = error instanceof ApiError && problem.status >= 400 && problem.status < 500
      if (!isFinal) retry()
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
    const opened = dependencies.openStream(runId, store.seq(), watched)
    stream = opened
    opened.addEventListener('open', () => {
      attempt = 0
      store.connect({ status: 'live' })
    })
    opened.addEventListener('events', ({ data }) => {
      const frame = eventsFrameSchema.safeParse(parseJson(String(data)))
      if (frame.success) store.receiveEvents(frame.data)
      else retry()
    })
    opened.addEventListener('pulse', ({ data }) => {
      const frame = pulseFrameSchema.safeParse(parseJson(String(data)))
      if (frame.success) store.receivePulse(frame.data)
    })
    opened.addEventListener('end', ({ data }) => {
      stop()
      const frame = endFrameSchema.safeParse(parseJson(String(data)))
      // Frames are folded in a microtask; asked after it, so the last one counts.
      queueMicrotask(() => {
        if (frame.success && frame.data.seq > store.seq()) void begin()
        else store.connect({ status: 'ended' })
      })
    })
    opened.addEventListener('lost', () => {
      attempt += 1
      store.connect({ status: 'reconnecting', attempt })
      // The leader of the shared stream brings it back. Now and then a snapshot is asked for: it tells a deleted
      // run, or a key that is no longer good, from a server that is away.
      if (attempt % 3 === 0) void begin()
    })
    opened.addEventListener('gone', () => void begin())
  }

  const retry = () => {
    stop()
    attempt += 1
    store.connect({ status: 'reconnecting', attempt })
    cancelWait = dependencies.wait(() => void begin(), reconnectWaitMs(attempt, dependencies.random))
  }

  const stop = () => {
    cancelWait()
    stream?.close()
    stream = null
  }

  void begin()
  return {
    close: () => {
      isClosed = true
      stop()
    },
    watch: (agents) => {
      watched = agents
      stream?.watch(agents)
    },
    restart: retry,
    rejoin: () => void begin(),
    rewatch: () => stream?.rewatch(),
  }
}

const browserDependencies: Dependencies = {
  getSnapshot: (runId) => call(runApi.getRun, { params: { id: runId } }),
  openStream,
  wait: (callback, ms) => {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}
