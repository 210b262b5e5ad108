import { parentPort } from 'node:worker_threads'
import { ownThreadFile } from './cpu-meter'

/** What a thread of a pool says. */
export type FromThread<Answer> =
  /** It has started; `cpuFile` is where the system tells what it has worked, null where it does not. */
  | { type: 'ready'; cpuFile: string | null }
  | { type: 'answered'; answer: Answer }
  | { type: 'failed'; message: string }

/**
 * Makes this thread one of a pool: it answers one call at a time, at once or later, and may be ended at any
 * moment without harm.
 */
export function serve<Call, Answer>(answer: (call: Call) => Answer | Promise<Answer>): void {
  const port = parentPort
  if (port === null) throw new Error('This file is the entry of a worker thread.')
  const say = (message: FromThread<Answer>) => port.postMessage(message)
  // The only sender is the pool, so the message is a call.
  port.on('message', async (call: Call) => {
    try {
      say({ type: 'answered', answer: await answer(call) })
    } catch (error) {
      say({ type: 'failed', message: error instanceof Error ? error.message : 'no reason given' })
    }
  })
  say({ type: 'ready', cpuFile: ownThreadFile() })
}
