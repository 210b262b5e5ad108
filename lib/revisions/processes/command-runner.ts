import { type ChildProcess, fork } from 'node:child_process'
import type { CommandEnd, RunCommand } from './command'
import { type RunnerOrder, runnerAnswerSchema } from './runner-messages'

type Asked = { resolve(end: CommandEnd): void; reject(error: unknown): void }

/** A process beside this one that starts commands. */
export type CommandRunner = { run: RunCommand; close(): void }

/**
 * Runs commands as children of a small process. To start one, the system copies the page tables of the process that
 * asks, and nothing else is done meanwhile: 32 ms in a server of 370 MB, and as much processor time again for the
 * copies of what is written next. In one of 60 MB it is 4.
 *
 * It starts with the first command, and again after its end; what it was asked for then is rejected. `entry`: the
 * bundle of `runner-program.ts`.
 */
export function openCommandRunner(entry: string): CommandRunner {
  let child: ChildProcess | null = null
  let ids = 0
  const asked = new Map<number, Asked>()

  /** An idle one keeps no program alive; one at work does. */
  const hold = (one: ChildProcess, isAtWork: boolean) => {
    if (isAtWork) {
      one.ref()
      one.channel?.ref()
    } else {
      one.unref()
      one.channel?.unref()
    }
  }
  const settle = (id: number): Asked | undefined => {
    const one = asked.get(id)
    asked.delete(id)
    if (asked.size === 0 && child !== null) hold(child, false)
    return one
  }

  const start = (): ChildProcess => {
    const started = fork(entry, [], {
      env: { NODE_ENV: 'production' },
      execArgv: [],
      cwd: '/',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      // A Ctrl-C in the terminal ends the server in its own time, and its commands with it.
      detached: true,
    })
    hold(started, false)
    const gone = (error: Error) => {
      if (child !== started) return
      child = null
      const lost = [...asked.values()]
      asked.clear()
      for (const { reject } of lost) reject(error)
    }
    started.on('message', (message) => {
      const { data: answer, error } = runnerAnswerSchema.safeParse(message)
      if (answer === undefined) {
        gone(new Error('The process that starts commands said what it should not', { cause: error }))
        return void started.kill('SIGKILL')
      }
      const one = settle(answer.id)
      if (answer.kind === 'failed')
        return one?.reject(Object.assign(new Error(answer.message), { code: answer.code }))
      const { code, output, said, isTooLong } = answer
      const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength)
      one?.resolve({ code, output: bytes, said, isTooLong })
    })
    started.on('error', gone)
    started.on('exit', () => gone(new Error('The process that starts commands has ended')))
    return started
  }

  return {
    run: (command, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        child ??= start()
        const runner = child
        const id = ++ids
        const tell = (order: RunnerOrder) => {
          if (runner.connected) runner.send(order, () => {})
        }
        const stop = () => {
          settle(id)?.reject(signal?.reason)
          tell({ do: 'stop', id })
        }
        signal?.addEventListener('abort', stop, { once: true })
        const over = () => signal?.removeEventListener('abort', stop)
        asked.set(id, {
          resolve(end) {
            over()
            resolve(end)
          },
          reject(error) {
            over()
            reject(error)
          },
        })
        hold(runner, true)
        tell({ do: 'run', id, command: { ...command, args: [...command.args] } })
      }),
    close() {
      const last = child
      child = null
      for (const { reject } of asked.values()) reject(new Error('The server is closing'))
      asked.clear()
      if (last?.connected) last.disconnect()
    },
  }
}
