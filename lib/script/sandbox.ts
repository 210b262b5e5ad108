import { Worker } from 'node:worker_threads'
import type { Command, Sandbox, SandboxStart } from '@/lib/core/sandbox'
import { type FromSandbox, overrun, type ToSandbox } from './protocol'

/** Beyond the script's own time limit, what the thread gets to answer before it is ended from outside. */
const GRACE_MS = 3_000

/** Threads kept for the next script: starting one costs a quarter of a second of processor time. */
const SPARE_THREADS = 2

type Heard = { commands: Command[]; taken: number }

/** Opens sandboxes, each in a thread of its own while it runs. */
export type Sandboxes = {
  /** Whatever goes wrong inside (endless loop, memory, a crash) comes back as a `throw` command, never as an exception. */
  open(settings: SandboxStart): Sandbox
  /** Ends the threads that wait for a next script. */
  close(): Promise<void>
}

/** Sandboxes from the bundled worker at `entry`. A thread that came to rest takes another script, with an engine of its own. */
export function createSandboxes(entry: string): Sandboxes {
  const spare: Worker[] = []
  let isClosed = false

  function thread(): Worker {
    const worker = spare.pop() ?? new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: 1024 }, env: {} })
    worker.unref()
    return worker
  }

  async function giveBack(worker: Worker, isAtRest: boolean): Promise<void> {
    worker.removeAllListeners()
    if (!isAtRest || isClosed || spare.length >= SPARE_THREADS) {
      await worker.terminate()
      return
    }
    // A thread that dies while nobody uses it is just no longer spare.
    worker.on('error', () => forget(worker))
    worker.on('exit', () => forget(worker))
    worker.postMessage({ type: 'stop' } satisfies ToSandbox)
    spare.push(worker)
  }

  function forget(worker: Worker): void {
    const at = spare.indexOf(worker)
    if (at >= 0) spare.splice(at, 1)
  }

  return {
    open: (settings) => openSandbox(thread(), settings, giveBack),
    async close() {
      isClosed = true
      await Promise.all(spare.splice(0).map((worker) => worker.terminate()))
    },
  }
}

function openSandbox(
  worker: Worker,
  settings: SandboxStart,
  giveBack: (worker: Worker, isAtRest: boolean) => Promise<void>,
): Sandbox {
  worker.removeAllListeners()
  let waiting: ((heard: Heard) => void) | null = null
  let ended: Command | null = null
  let isGivenBack = false

  const answer = (heard: Heard) => {
    const resolve = waiting
    waiting = null
    resolve?.(heard)
  }
  const end = (message: string) => {
    ended ??= { do: 'throw', message, line: null, column: null }
    answer({ commands: [ended], taken: 0 })
  }
  worker.on('message', (message: FromSandbox) => answer(message))
  worker.on('error', (error) => end(`The script's sandbox failed: ${error.message}`))
  worker.on('exit', () => end("The script's sandbox was ended"))

  const ask = (message: ToSandbox): Promise<Heard> => {
    if (ended !== null) return Promise.resolve({ commands: [ended], taken: 0 })
    return new Promise((resolve) => {
      const limitMs = settings.limits.drainMs + GRACE_MS
      const timer = setTimeout(() => {
        end(overrun(settings.limits.drainMs))
        void worker.terminate()
      }, limitMs)
      waiting = (heard) => {
        clearTimeout(timer)
        resolve(heard)
      }
      worker.postMessage(message)
    })
  }

  return {
    start: async () => (await ask({ type: 'start', start: settings })).commands,
    deliver: (facts) => ask({ type: 'facts', facts }),
    async close() {
      if (isGivenBack) return
      isGivenBack = true
      const isAtRest = ended === null && waiting === null
      end("The script's sandbox was ended")
      await giveBack(worker, isAtRest)
    },
  }
}
