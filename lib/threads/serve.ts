import { parentPort } from 'node:worker_threads'
import { ownThreadFile } from './cpu-meter'
import type { FromThread } from './protocol'

/** Makes this thread one of a pool: it answers one call at a time, and may be ended at any moment without harm. */
export function serve<Call, Answer>(answer: (call: Call) => Answer): void {
  const port = parentPort
  if (port === null) throw new Error('This file is the entry of a worker thread.')
  const say = (message: FromThread<Answer>) => port.postMessage(message)
  // The only sender is the pool, so the message is a call.
  port.on('message', (call: Call) => {
    try {
      say({ type: 'answered', answer: answer(call) })
    } catch (error) {
      say({ type: 'failed', message: error instanceof Error ? error.message : 'no reason given' })
    }
  })
  say({ type: 'ready', cpuFile: ownThreadFile() })
}
