import { setMaxListeners } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Json } from '@/lib/core/json'
import type { SchemaChecker, SchemaComplaint } from '@/lib/core/ports'
import type { ForeignAnswer, ForeignCall, SearchFindings, SearchRequest } from './foreign-protocol'

export type SearchResult = { ok: true; findings: SearchFindings } | { ok: false; reason: string }

/** Runs what foreign patterns and schemas ask for where it can be killed. */
export type Foreign = SchemaChecker & {
  search(request: SearchRequest, signal?: AbortSignal): Promise<SearchResult>
  /** Ends all threads; calls still open are answered with a sentence. */
  close(): Promise<void>
}

type Open = { call: ForeignCall; answer(answer: ForeignAnswer): void }
type Thread = { worker: Worker; isReady: boolean; open: Open | null; timer: NodeJS.Timeout | null }

/** Threads at most: two, since the machine is small and a search that reads much must not hold up every check. */
const THREADS = 2
/** Memory of one thread; a check that needs more ends like one that needs too long. */
const HEAP_MB = 512
/** Starting takes a tenth of a second on a machine at rest. */
const START_MS = 30_000

/**
 * A small pool of threads running the bundled `foreign-worker` at `entry`. A call that takes longer than `timeoutMs`
 * once its thread has begun ends that thread and is answered with a sentence; a new thread takes the next call.
 */
export function createForeign({ entry, timeoutMs }: { entry: string | URL; timeoutMs: number }): Foreign {
  const threads = new Set<Thread>()
  const queue = new Set<Open>()
  let isClosed = false

  function pump(): void {
    for (const open of queue) {
      const thread = [...threads].find((one) => one.open === null) ?? (threads.size < THREADS ? start() : undefined)
      if (thread === undefined) return
      queue.delete(open)
      thread.open = open
      thread.worker.ref()
      if (thread.isReady) send(thread)
    }
  }

  function start(): Thread {
    const worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } })
    const thread: Thread = { worker, isReady: false, open: null, timer: null }
    threads.add(thread)
    // A file that is no worker of ours would never say that it is ready.
    thread.timer = setTimeout(() => drop(thread, 'The thread for checks did not start.'), START_MS)
    thread.timer.unref()
    worker.on('message', (answer: ForeignAnswer) => (answer.kind === 'ready' ? begin(thread) : finish(thread, answer)))
    worker.on('error', (error) => drop(thread, `The check ended its thread: ${error.message}.`))
    worker.on('exit', () => drop(thread, 'The check ended its thread.'))
    return thread
  }

  function begin(thread: Thread): void {
    thread.isReady = true
    clearTimeout(thread.timer ?? undefined)
    if (thread.open !== null) send(thread)
  }

  function send(thread: Thread): void {
    thread.timer = setTimeout(() => drop(thread, tooLong(timeoutMs)), timeoutMs)
    thread.worker.postMessage(thread.open?.call)
  }

  function finish(thread: Thread, answer: ForeignAnswer): void {
    const { open } = thread
    clearTimeout(thread.timer ?? undefined)
    thread.open = null
    // An idle thread must not keep the program alive.
    thread.worker.unref()
    open?.answer(answer)
    pump()
  }

  /** Ends a thread for good and answers what it was at; those in the queue get a new one. */
  function drop(thread: Thread, reason: string): void {
    if (!threads.delete(thread)) return
    clearTimeout(thread.timer ?? undefined)
    void thread.worker.terminate()
    thread.open?.answer({ kind: 'refused', reason })
    pump()
  }

  function ask(call: ForeignCall, signal?: AbortSignal): Promise<ForeignAnswer> {
    if (isClosed) return Promise.resolve({ kind: 'refused', reason: closed })
    if (signal?.aborted) return Promise.resolve({ kind: 'refused', reason: stopped })
    return new Promise((resolve) => {
      const stop = () => {
        if (queue.delete(open)) open.answer({ kind: 'refused', reason: stopped })
        for (const thread of threads) if (thread.open === open) drop(thread, stopped)
      }
      const open: Open = {
        call,
        answer(answer) {
          signal?.removeEventListener('abort', stop)
          resolve(answer)
        },
      }
      // A whole run may share one signal; Node would warn of a leak at the eleventh.
      if (signal !== undefined) setMaxListeners(0, signal)
      signal?.addEventListener('abort', stop, { once: true })
      queue.add(open)
      pump()
    })
  }

  const complaints = async (call: ForeignCall): Promise<SchemaComplaint[]> => {
    const answer = await ask(call)
    if (answer.kind === 'complaints') return answer.complaints
    return [{ path: '', message: answer.kind === 'refused' ? answer.reason : 'could not be checked' }]
  }

  return {
    checkSchema: (schema: Json) => complaints({ kind: 'check-schema', schema }),
    check: (schema: Json, value: Json) => complaints({ kind: 'check', schema, value }),
    async search(request, signal) {
      const answer = await ask({ kind: 'search', request }, signal)
      if (answer.kind === 'search') return { ok: true, findings: answer.findings }
      return { ok: false, reason: answer.kind === 'refused' ? answer.reason : 'The search gave no answer.' }
    },
    async close() {
      isClosed = true
      for (const open of queue) open.answer({ kind: 'refused', reason: closed })
      queue.clear()
      const ending = [...threads].map((thread) => thread.worker.terminate())
      for (const thread of [...threads]) drop(thread, closed)
      await Promise.all(ending)
    },
  }
}

const stopped = 'It was stopped.'
const closed = 'Skein is shutting down.'

function tooLong(timeoutMs: number): string {
  return `It took longer than ${timeoutMs / 1000} seconds and was stopped. Use a simpler pattern (no nested repetition), or fewer files.`
}
