import { runCommand } from './command'
import { type RunnerAnswer, runnerOrderSchema } from './runner-messages'

/**
 * The program beside a server that starts its commands. Once the server is gone it ends by itself, after the last
 * command that it started.
 */
const running = new Map<number, AbortController>()

const answer = (one: RunnerAnswer) => {
  running.delete(one.id)
  if (process.connected) process.send?.(one)
}

process.on('message', (message) => {
  const order = runnerOrderSchema.parse(message)
  const { id } = order
  if (order.do === 'stop') return running.get(id)?.abort()
  const stop = new AbortController()
  running.set(id, stop)
  runCommand(order.command, stop.signal).then(
    (end) => answer({ kind: 'ended', id, ...end }),
    (error: unknown) => {
      const code = error instanceof Error ? Reflect.get(error, 'code') : null
      answer({ kind: 'failed', id, message: String(error), code: typeof code === 'string' ? code : null })
    },
  )
})
