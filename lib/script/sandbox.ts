import { Worker } from 'node:worker_threads'
import type { Command, Sandbox, SandboxStart } from '@/lib/core/sandbox'
import { type FromSandbox, overrun, type ToSandbox } from './protocol'

/** Beyond the script's own time limit, what the thread gets to answer before it is ended from outside. */
const GRACE_MS = 3_000

type Heard = { commands: Command[]; taken: number }

/**
 * Opens a sandbox in a thread of its own. `entry` is the bundled worker. Whatever goes wrong inside (endless loop,
 * memory, a crash of the engine) comes back as a `throw` command, never as an exception.
 */
export function openSandbox(entry: string, settings: SandboxStart): Sandbox {
  const worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: 1024 }, env: {} })
  worker.unref()
  let waiting: ((heard: Heard) => void) | null = null
  let ended: Command | null = null

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
      ended ??= { do: 'throw', message: "The script's sandbox was ended", line: null, column: null }
      await worker.terminate()
    },
  }
}
