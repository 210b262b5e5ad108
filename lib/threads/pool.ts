import { setMaxListeners } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Cancel, every, type Timeline } from '@/lib/core/ports/clock'
import { type CpuMeter, meterOf } from './cpu-meter'
import type { FromThread } from './serve'

/** The owner of a call, for fairness between owners, and the signal that ends it. */
export type Asker = { owner: string; signal?: AbortSignal }

export type Asked<Answer> =
  | { ok: true; answer: Answer }
  /** `too-much`: it would end so again. `stopped`: by its asker, or since there are no threads. */
  | { ok: false; why: 'too-much' | 'stopped'; reason: string }

/**
 * Threads that take calls one at a time and may be ended at any moment: whatever a call costs them, the
 * server goes on.
 */
export type Pool<Call, Answer> = {
  /**
   * Never rejects: a call that took too long, was stopped or broke its thread is answered with a sentence.
   */
  ask(call: Call, asker: Asker): Promise<Asked<Answer>>
  /** Ends all threads; calls still open are answered with a sentence. */
  close(): Promise<void>
}

export type PoolOptions = {
  /** The bundled program of a thread: it calls `serve`. */
  entry: string | URL
  /** Processor time that one call may use. A thread that waits for its turn on a busy machine uses none. */
  mostMs: number
  /** Time while this process gets to run. */
  awake: Timeline
  /** Most threads. */
  threads?: number
  /**
   * What a call may take awake, or a thread on starting: one that waits for a disk that hangs uses no
   * processor time. A starved machine needs minutes for seconds of work.
   */
  mostAwakeMs?: number
  /** What each thread is given when it starts. */
  workerData?: unknown
  sentences?: PoolSentences
}

/** What is said of a call that got no answer. */
export type PoolSentences = {
  /** Its program threw. */
  failed(why: string): string
  /** The call ended its thread; `why` is null when the thread gave no reason. */
  ended(why: string | null): string
  notStarted: string
  /** It used more than the processor time or the awake time of a call. */
  tooLong: string
}

/**
 * Two threads can be occupied by one long call and one that is just becoming long; the third serves short
 * calls.
 */
const THREADS = 3
const MOST_AWAKE_MS = 300_000
/** Memory of one thread; a call that needs more ends like one that needs too long. */
const HEAP_MB = 512
/** Calls that use more than this give way to short ones. */
const SHORT_MS = 500
const BEAT_MS = 100
/** Most awake time counted from one beat to the next. */
const MOST_BETWEEN_BEATS_MS = 2_000
/** Most owners remembered for a long last call; a forgotten owner counts as short again. */
const MOST_REMEMBERED = 1_000

type Open<Call, Answer> = { call: Call; owner: string; answer(answer: Asked<Answer>): void }
type Thread<Call, Answer> = {
  worker: Worker
  isReady: boolean
  /** Null where the system does not report a thread's processor time; awake time is used instead. */
  meter: CpuMeter | null
  open: Open<Call, Answer> | null
  /** Processor time of the thread when its call began, and what the call has used since. */
  startMs: number
  usedMs: number
  /** Awake time since the call was given, or the thread was made. */
  ageMs: number
}

/**
 * A small pool of threads, fair between owners, who take turns. A call that turns out to be long runs on
 * while threads are free. When short calls wait, all long calls but one are ended, and start over when their
 * turn comes. So hostile calls of many owners occupy one thread between them, and a short call waits no
 * longer than half a second.
 */
export function createPool<Call, Answer>(options: PoolOptions): Pool<Call, Answer> {
  const {
    entry,
    mostMs,
    awake,
    threads: mostThreads = THREADS,
    mostAwakeMs = MOST_AWAKE_MS,
    workerData,
  } = options
  const sentences = options.sentences ?? sentencesOfChecks(mostMs)
  type Call_ = Open<Call, Answer>
  const threads = new Set<Thread<Call, Answer>>()
  /** Waiting calls by owner; the owner whose turn it is comes first. */
  const waiting = new Map<string, Call_[]>()
  const long = new Set<string>()
  let beat: Cancel | null = null
  let lastBeatMs = 0
  let isClosed = false

  function pump(): void {
    for (;;) {
      const next = nextOwner(false) ?? nextOwner(true)
      if (next === null) return
      const thread = freeThread() ?? (long.has(next) ? null : makeRoom())
      if (thread === null) return
      give(thread, take(next))
    }
  }

  /** The owner whose turn it is among those whose calls are short, or long. */
  function nextOwner(isLong: boolean): string | null {
    for (const owner of waiting.keys()) if (long.has(owner) === isLong) return owner
    return null
  }

  function take(owner: string): Call_ {
    const calls = waiting.get(owner) ?? []
    const [first, ...rest] = calls
    waiting.delete(owner)
    if (first === undefined) throw new Error('An owner without calls was waiting')
    if (rest.length > 0) waiting.set(owner, rest)
    return first
  }

  function freeThread(): Thread<Call, Answer> | null {
    for (const thread of threads) if (thread.open === null) return thread
    return threads.size < mostThreads ? start() : null
  }

  /** Ends a long call so that a short one need not wait; one long call always goes on. */
  function makeRoom(): Thread<Call, Answer> | null {
    const held = [...threads].filter(({ open, usedMs }) => open !== null && usedMs >= SHORT_MS)
    const victim = held.length < 2 ? undefined : held.at(-1)
    if (victim?.open == null) return null
    const { open } = victim
    end(victim)
    waiting.set(open.owner, [open, ...(waiting.get(open.owner) ?? [])])
    return start()
  }

  function give(thread: Thread<Call, Answer>, open: Call_): void {
    thread.open = open
    thread.worker.ref()
    if (beat === null) lastBeatMs = awake.now()
    beat ??= every(awake, BEAT_MS, onBeat)
    if (thread.isReady) send(thread)
  }

  function send(thread: Thread<Call, Answer>): void {
    thread.startMs = thread.meter?.ms() ?? 0
    thread.usedMs = 0
    thread.ageMs = 0
    try {
      thread.worker.postMessage(thread.open?.call)
    } catch (error) {
      finish(thread, { ok: false, why: 'too-much', reason: `It cannot be handed over: ${messageOf(error)}.` })
    }
  }

  function start(): Thread<Call, Answer> {
    const worker = new Worker(entry, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      env: {},
    })
    const thread: Thread<Call, Answer> = {
      worker,
      isReady: false,
      meter: null,
      open: null,
      startMs: 0,
      usedMs: 0,
      ageMs: 0,
    }
    threads.add(thread)
    worker.on('message', (message: FromThread<Answer>) => {
      // One that was ended may have had an answer on the way; its call has begun again.
      if (!threads.has(thread)) return
      if (message.type === 'ready') {
        thread.meter = message.cpuFile === null ? null : meterOf(message.cpuFile)
        thread.isReady = true
        if (thread.open !== null) send(thread)
      } else if (message.type === 'answered') finish(thread, { ok: true, answer: message.answer })
      else finish(thread, { ok: false, why: 'too-much', reason: sentences.failed(message.message) })
    })
    worker.on('messageerror', (error) => drop(thread, 'too-much', sentences.failed(error.message)))
    worker.on('error', (error) => drop(thread, 'too-much', sentences.ended(error.message)))
    worker.on('exit', () => drop(thread, 'too-much', sentences.ended(null)))
    return thread
  }

  /** Looks how much each call has used. */
  function onBeat(): void {
    const nowMs = awake.now()
    // A clock that was set ahead between two looks says nothing about how long a call has had.
    const sinceLastMs = Math.min(nowMs - lastBeatMs, MOST_BETWEEN_BEATS_MS)
    lastBeatMs = nowMs
    for (const thread of threads) {
      if (thread.open === null) continue
      thread.ageMs += sinceLastMs
      const isTooOld = thread.ageMs >= mostAwakeMs
      if (!thread.isReady) {
        if (isTooOld) drop(thread, 'stopped', sentences.notStarted)
        continue
      }
      // Where the system meters no thread, it is charged for all the time it has had.
      thread.usedMs = (thread.meter?.ms() ?? thread.ageMs) - thread.startMs
      if (thread.usedMs >= SHORT_MS) remember(thread.open.owner)
      if (thread.usedMs >= mostMs || isTooOld) drop(thread, 'too-much', sentences.tooLong)
    }
    pump()
    if ([...threads].some(({ open }) => open !== null) || beat === null) return
    beat()
    beat = null
  }

  function remember(owner: string): void {
    long.delete(owner)
    long.add(owner)
    const [oldest] = long
    if (long.size > MOST_REMEMBERED && oldest !== undefined) long.delete(oldest)
  }

  function finish(thread: Thread<Call, Answer>, answer: Asked<Answer>): void {
    const { open } = thread
    thread.open = null
    // An idle thread must not keep the program alive.
    thread.worker.unref()
    if (open !== null && thread.usedMs < SHORT_MS) long.delete(open.owner)
    thread.usedMs = 0
    open?.answer(answer)
    pump()
  }

  /** Ends a thread for good and answers what it was at; those who wait get a new one. */
  function drop(thread: Thread<Call, Answer>, why: 'too-much' | 'stopped', reason: string): void {
    const { open } = thread
    if (!end(thread)) return
    open?.answer({ ok: false, why, reason })
    pump()
  }

  function end(thread: Thread<Call, Answer>): boolean {
    if (!threads.delete(thread)) return false
    thread.meter?.close()
    void thread.worker.terminate()
    return true
  }

  function ask(call: Call, { owner, signal }: Asker): Promise<Asked<Answer>> {
    if (isClosed) return Promise.resolve({ ok: false, why: 'stopped', reason: closed })
    if (signal?.aborted) return Promise.resolve({ ok: false, why: 'stopped', reason: stopped })
    return new Promise((resolve) => {
      const stop = () => {
        if (forget(open)) open.answer({ ok: false, why: 'stopped', reason: stopped })
        for (const thread of threads) if (thread.open === open) drop(thread, 'stopped', stopped)
      }
      const open: Call_ = {
        call,
        owner,
        answer(answer) {
          signal?.removeEventListener('abort', stop)
          resolve(answer)
        },
      }
      // A whole run may share one signal; Node would warn of a leak at the eleventh.
      if (signal !== undefined) setMaxListeners(0, signal)
      signal?.addEventListener('abort', stop, { once: true })
      const calls = waiting.get(owner)
      if (calls === undefined) waiting.set(owner, [open])
      else calls.push(open)
      pump()
    })
  }

  function forget(open: Call_): boolean {
    const calls = waiting.get(open.owner)
    const at = calls?.indexOf(open) ?? -1
    if (calls === undefined || at < 0) return false
    calls.splice(at, 1)
    if (calls.length === 0) waiting.delete(open.owner)
    return true
  }

  return {
    ask,
    async close() {
      isClosed = true
      const ending = [...threads].map(({ worker }) => worker.terminate())
      const open = [...waiting.values()].flat()
      waiting.clear()
      for (const one of open) one.answer({ ok: false, why: 'stopped', reason: closed })
      for (const thread of [...threads]) drop(thread, 'stopped', closed)
      beat?.()
      beat = null
      await Promise.all(ending)
    },
  }
}

const stopped = 'It was stopped.'
const closed = 'Skein is shutting down.'

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'no reason given'
}

function sentencesOfChecks(mostMs: number): PoolSentences {
  return {
    failed: (why) => `The check failed: ${why}.`,
    ended: (why) => (why === null ? 'The check ended its thread.' : `The check ended its thread: ${why}.`),
    notStarted: 'The thread for checks did not start.',
    tooLong: `It took more than ${mostMs / 1000} seconds of processor time and was stopped.`,
  }
}
