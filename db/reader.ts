import { Worker } from 'node:worker_threads'
import type { CostAnswers, CostQuestions, CostReader } from '@/lib/core/money/cost-store'
import type { Cancel, Clock } from '@/lib/core/ports/clock'
import type { ReaderAnswer, ReaderCall } from './reader-protocol'

type Open = {
  call: ReaderCall
  resolve(answer: CostAnswers[keyof CostAnswers]): void
  reject(error: unknown): void
}
type Thread = { worker: Worker; isReady: boolean; open: Open | null; cancel: Cancel }

/** Threads at most: two, so that one long question does not hold up every short one. */
const THREADS = 2
/** Questions that may wait; more would be answered after their askers are gone. */
const MOST_WAITING = 64
/** Memory of one thread. */
const HEAP_MB = 512
/** A report takes milliseconds and pricing a year anew some seconds; beyond so much awake time something is wrong. */
const LONGEST_MS = 60_000

/** A question that was not answered, in words a person can act on. */
export class ReaderError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ReaderError'
  }
}

/**
 * Reads the database at `path` on threads of its own, with a connection that cannot write. A question that is given up
 * ends its thread: SQLite cannot be told to stop in the middle, and nobody should wait behind it.
 */
export function createReader({ entry, path, clock }: { entry: string; path: string; clock: Clock }): CostReader {
  const threads = new Set<Thread>()
  const queue = new Set<Open>()
  let lastId = 0
  let isClosed = false

  function pump(): void {
    for (const open of queue) {
      const thread = [...threads].find((one) => one.open === null) ?? (threads.size < THREADS ? start() : undefined)
      if (thread === undefined) return
      queue.delete(open)
      thread.open = open
      thread.worker.ref()
      thread.cancel = clock.awake.after(LONGEST_MS, () => drop(thread, tooLong))
      if (thread.isReady) thread.worker.postMessage(open.call)
    }
  }

  function start(): Thread {
    const worker = new Worker(entry, { workerData: path, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } })
    const thread: Thread = { worker, isReady: false, open: null, cancel: () => {} }
    threads.add(thread)
    worker.on('message', (answer: ReaderAnswer) => onEvent(thread, answer))
    worker.on('error', (error) => drop(thread, new ReaderError(`The costs could not be read: ${error.message}`)))
    worker.on('exit', () => drop(thread, new ReaderError('The thread that reads the cost rollups has ended.')))
    return thread
  }

  function onEvent(thread: Thread, answer: ReaderAnswer): void {
    if (answer.kind === 'ready') {
      thread.isReady = true
      if (thread.open !== null) thread.worker.postMessage(thread.open.call)
      return
    }
    const { open } = thread
    thread.cancel()
    thread.open = null
    // An idle thread must not keep the program alive.
    thread.worker.unref()
    if (answer.kind === 'answer') open?.resolve(answer.answer)
    else open?.reject(new ReaderError(`The costs could not be read: ${answer.reason}`))
    pump()
  }

  function drop(thread: Thread, reason: unknown): void {
    if (!threads.delete(thread)) return
    thread.cancel()
    void thread.worker.terminate()
    thread.open?.reject(reason)
    if (!isClosed) pump()
  }

  function ask(call: ReaderCall, signal?: AbortSignal): Promise<CostAnswers[keyof CostAnswers]> {
    if (isClosed) return Promise.reject(new ReaderError('Skein is shutting down.'))
    if (queue.size >= MOST_WAITING)
      return Promise.reject(new ReaderError('Too many questions about costs at once. Ask again in a moment.'))
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        if (queue.delete(open)) open.reject(signal?.reason)
        for (const thread of threads) if (thread.open === open) drop(thread, signal?.reason)
      }
      const leave = () => signal?.removeEventListener('abort', stop)
      const open: Open = {
        call,
        resolve: (answer) => {
          leave()
          resolve(answer)
        },
        reject: (error) => {
          leave()
          reject(error)
        },
      }
      signal?.addEventListener('abort', stop, { once: true })
      queue.add(open)
      pump()
    })
  }

  return {
    async ask(kind, question, signal) {
      lastId += 1
      return answerOf(kind, await ask(callOf(lastId, kind, question), signal))
    },
    async close() {
      isClosed = true
      for (const open of queue) open.reject(new ReaderError('Skein is shutting down.'))
      queue.clear()
      const ending = [...threads].map((thread) => thread.worker.terminate())
      for (const thread of [...threads]) drop(thread, new ReaderError('Skein is shutting down.'))
      await Promise.all(ending)
    },
  }
}

const tooLong = new ReaderError('The question took too long and was given up. Ask for a shorter period.')

/** TypeScript loses sight of which question belongs to which kind; the signature of `ask` has just checked it. */
function callOf<K extends keyof CostQuestions>(id: number, kind: K, question: CostQuestions[K]): ReaderCall {
  return { id, kind, question } as unknown as ReaderCall
}

/** The thread answers a question with the answer of its kind: `answerCosts` says so in its type. */
function answerOf<K extends keyof CostAnswers>(_kind: K, answer: CostAnswers[keyof CostAnswers]): CostAnswers[K] {
  return answer as CostAnswers[K]
}
