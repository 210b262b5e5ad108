import type { AgentState } from '@/lib/core/agent/agent'
import type { Clock } from '@/lib/core/ports/clock'
import {
  type JournalStore,
  type StoreTransaction,
  StoreUnavailableError,
  type Write,
} from '@/lib/core/ports/journal-store'
import type { Envelope, RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'

/** Most rows in a commit: larger transactions block the event loop for tens of milliseconds. */
const ROWS_PER_COMMIT = 150

/**
 * Shortest time from one commit to the next. The first after a quiet moment goes at once; in a storm events
 * gather, since a commit costs an fsync whether it holds one event or a hundred.
 */
const COMMIT_GAP_MS = 8

/** From one try to write to the next, while nothing can be written. */
const RETRY_MS = 500

const never = new AbortController().signal

/** The only writer: append, fold, project and publish, in that order and only after the commit. */
export type Recorder = {
  /** Resolves when the events are on disk. What is written beside them is in the same transaction. */
  record(runId: string, events: readonly RunEvent[], writes?: readonly Write[]): Promise<readonly Envelope[]>
  state(runId: string): RunState | null
  /** Takes a run up from its rows, so recording can go on. */
  adopt(state: RunState): void
  forget(runId: string): void
  /** Resolves when everything recorded so far is on disk. */
  drain(): Promise<void>
  /**
   * Why nothing can be written at present; null while all is well. Events recorded meanwhile wait and are
   * kept.
   */
  readonly trouble: string | null
}

export type Publish = (runId: string, envelopes: readonly Envelope[], state: RunState) => void

type Entry = {
  runId: string
  at: string
  events: readonly RunEvent[]
  writes: readonly Write[]
  resolve(envelopes: readonly Envelope[]): void
  reject(error: unknown): void
}

/** A recorder over a store. `publish` is called after each commit, once a run. */
export function createRecorder(
  store: Pick<JournalStore, 'commit'>,
  clock: Pick<Clock, 'now' | 'after' | 'sleep'>,
  publish: Publish,
  report: (error: unknown) => void,
): Recorder {
  const states = new Map<string, RunState>()
  let queue: Entry[] = []
  let flushing: Promise<void> | null = null
  let lastCommitMs = 0
  let trouble: string | null = null

  function schedule(): void {
    flushing ??= new Promise((resolve) => {
      const waitMs = lastCommitMs + COMMIT_GAP_MS - clock.now()
      const begin = async () => {
        while (queue.length > 0) {
          await flush(takeTick())
          // A commit is synchronous: whoever is to be answered comes in between two.
          if (queue.length > 0) await new Promise((next) => setImmediate(next))
        }
        lastCommitMs = clock.now()
        flushing = null
        resolve()
      }
      // A clock set back must not hold commits for longer than the gap.
      if (waitMs > 0 && waitMs <= COMMIT_GAP_MS) clock.after(waitMs, () => void begin())
      else setImmediate(begin)
    })
  }

  function takeTick(): Entry[] {
    let rows = 0
    let count = 0
    for (const entry of queue) {
      rows += entry.events.length + entry.writes.length
      if (count > 0 && rows > ROWS_PER_COMMIT) break
      count += 1
    }
    const tick = queue.slice(0, count)
    queue = queue.slice(count)
    return tick
  }

  async function flush(tick: Entry[]): Promise<void> {
    const committed = await commit(tick)
    if (committed === null) return
    for (const [runId, state] of committed.states) states.set(runId, state)
    for (const [runId, envelopes] of committed.envelopes) {
      const state = states.get(runId)
      if (state !== undefined && envelopes.length > 0) tell(runId, envelopes, state)
    }
    tick.forEach((entry, index) => {
      entry.resolve(committed.byEntry[index] ?? [])
    })
  }

  async function commit(tick: Entry[]) {
    try {
      return await written(tick)
    } catch (error) {
      // One bad entry (a stale fence) must not take its neighbours with it: each is tried alone.
      if (tick.length === 1) tick[0]?.reject(error)
      else for (const entry of tick) await flush([entry])
      return null
    }
  }

  /**
   * Tries again while nothing can be written: the caller waits, so nothing goes on
   * unrecorded.
   */
  async function written(tick: Entry[]) {
    for (;;) {
      try {
        const made = await store.commit((transaction) => write(transaction, tick))
        trouble = null
        return made
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error
        if (trouble !== error.message) report(error)
        trouble = error.message
        await clock.sleep(RETRY_MS, never)
      }
    }
  }

  /** What is on disk stays recorded, whatever a listener makes of it. */
  function tell(runId: string, envelopes: readonly Envelope[], state: RunState): void {
    try {
      publish(runId, envelopes, state)
    } catch (error) {
      report(error)
    }
  }

  function write(transaction: StoreTransaction, tick: readonly Entry[]) {
    const fresh = new Map<string, RunState>()
    const envelopes = new Map<string, Envelope[]>()
    const byEntry = tick.map((entry) => {
      const made = transaction.append(entry.runId, entry.at, entry.events)
      for (const one of entry.writes) transaction.write(entry.runId, entry.at, one)
      const soFar = envelopes.get(entry.runId)
      if (soFar === undefined) envelopes.set(entry.runId, [...made])
      else soFar.push(...made)
      return made
    })
    for (const [runId, made] of envelopes) {
      if (made.length === 0) continue
      const state = foldAll(states.get(runId) ?? null, made)
      fresh.set(runId, state)
      transaction.project(state, changedAgents(state, made))
    }
    return { states: fresh, envelopes, byEntry }
  }

  return {
    record(runId, events, writes = []) {
      return new Promise((resolve, reject) => {
        queue.push({ runId, at: new Date(clock.now()).toISOString(), events, writes, resolve, reject })
        schedule()
      })
    },
    state: (runId) => states.get(runId) ?? null,
    adopt(state) {
      states.set(state.run.id, state)
    },
    forget(runId) {
      states.delete(runId)
    },
    get trouble() {
      return trouble
    },
    async drain() {
      while (flushing !== null) await flushing
    },
  }
}

function changedAgents(state: RunState, envelopes: readonly Envelope[]): AgentState[] {
  const ids = new Set<string>()
  for (const { event } of envelopes) {
    if ('agentId' in event && event.agentId !== null) ids.add(event.agentId)
    if (event.type === 'run.retried') for (const id of event.forgotten) ids.add(id)
  }
  return [...ids].map((id) => state.agents.get(id)).filter((agent) => agent !== undefined)
}
