import { assertNever } from '@/lib/core/base/assert-never'
import { signalGroup } from './child'
import { runCommand } from './command'
import { createPipeMaker } from './named-pipes'
import { type Spawned, spawnHere } from './spawn'
import { type StarterAnswer, type StarterOrder, starterOrderSchema } from './starter-messages'

/** Longest that commands may go on after the server. */
const LAST_COMMANDS_MS = 60_000

/**
 * The program beside a server that starts its processes. Once the server is gone, what was started to be talked to is
 * ended, and this program ends by itself, after the last command.
 */
const running = new Map<number, AbortController>()
const children = new Set<Spawned>()
const pipes = createPipeMaker()
process.once('exit', () => pipes.clear())

const say = (answer: StarterAnswer) => {
  if (process.connected) process.send?.(answer)
}

process.on('message', (message) => {
  const order = starterOrderSchema.parse(message)
  if (order.do === 'answer') return say({ kind: 'here' })
  if (order.do === 'stop') return running.get(order.id)?.abort()
  follow(order).catch((error: unknown) => {
    const code = error instanceof Error ? Reflect.get(error, 'code') : null
    say({
      kind: 'failed',
      id: order.id,
      message: String(error),
      code: typeof code === 'string' ? code : null,
    })
  })
})

process.on('disconnect', () => {
  // Whoever was to read what they print is gone, and so is whoever would end them.
  for (const { pid, hold } of children) {
    signalGroup(pid, 'SIGKILL')
    // One that waits for a dead disk is not ended by that, and is left behind.
    hold(false)
  }
  // A command that waits for a host or a disk would wait for ever: whoever would have stopped it is gone, too.
  AbortSignal.timeout(LAST_COMMANDS_MS).addEventListener('abort', () => {
    for (const stop of running.values()) stop.abort()
  })
})

async function follow(order: Exclude<StarterOrder, { do: 'answer' | 'stop' }>): Promise<void> {
  const { id } = order
  switch (order.do) {
    case 'run': {
      const stop = new AbortController()
      running.set(id, stop)
      const end = await runCommand(order.command, stop.signal).finally(() => running.delete(id))
      return say({ kind: 'ran', id, ...end })
    }
    case 'make-pipes':
      return say({ kind: 'pipes', id, paths: await pipes.make() })
    case 'start': {
      const child = await spawnHere(order.order)
      children.add(child)
      say({ kind: 'started', id, pid: child.pid })
      const { code } = await child.ended
      children.delete(child)
      return say({ kind: 'ended', id, code })
    }
    default:
      return assertNever(order)
  }
}
