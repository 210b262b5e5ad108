import { type ChildProcess, fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { type Cancel, every, type Timeline, watchSilence } from '@/lib/core/ports/clock'
import { type StartChild, startingBy } from './child'
import type { CommandEnd, RunCommand } from './command'
import { keepPipes } from './named-pipes'
import type { Processes } from './processes'
import type { ChildEnd, Spawned, SpawnOrder } from './spawn'
import { type StarterAnswer, type StarterOrder, starterAnswerSchema } from './starter-messages'

/** A process beside this one that starts others. */
export type Starter = Processes & { close(): void }

type Asked = { answer(answer: StarterAnswer): void; fail(error: unknown): void }

/** How often it is asked whether it is there, while something of it is under way. */
const ASK_MS = 20_000
/** One that says nothing for so long was stopped, or hangs: what waits for it is not to wait for ever. */
const SILENT_MS = 60_000

/**
 * Starts processes as children of a small one. To start one, the system copies the page tables of the process that
 * asks, and nothing else is done meanwhile: 32 ms in a server of 370 MB, and as much processor time again for the
 * copies of what is written next. In one of 60 MB it is 4.
 *
 * It starts when it is first needed, and again after its end; commands and starts under way are rejected then, and
 * programs that it had started are ended. `entry`: the bundle of `starter-program.ts`.
 */
export function openStarter(options: { entry: string; awake: Timeline; silentMs?: number }): Starter {
  let current: ReturnType<typeof startProgram> | null = null
  const program = () => {
    current ??= startProgram(options, (ended) => {
      if (current === ended) current = null
    })
    return current
  }
  return {
    run: (command, signal) => program().run(command, signal),
    start: (order) => program().start(order),
    close() {
      current?.close()
      current = null
    },
  }
}

type StartedProgram = { run: RunCommand; start: StartChild; close(): void }

function startProgram(
  { entry, awake, silentMs = SILENT_MS }: Parameters<typeof openStarter>[0],
  onGone: (program: StartedProgram) => void,
): StartedProgram {
  let ids = 0
  let isGone = false
  const asked = new Map<number, Asked>()
  /** What was started and has not ended, and those of them that keep this process alive. */
  const children = new Map<number, (end: ChildEnd) => void>()
  const held = new Set<number>()
  const pipeFolders = new Set<string>()

  const child = fork(entry, [], {
    // Its pipes lie where everything else that comes and goes does.
    env: { NODE_ENV: 'production', TMPDIR: tmpdir() },
    execArgv: [],
    cwd: '/',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    // A Ctrl-C in the terminal ends the server in its own time, and its commands with it.
    detached: true,
  })
  const watch = watchProgram(child, { awake, silentMs }, () => {
    gone(new Error('The process that starts others answers no more'))
    child.kill('SIGKILL')
  })
  /** An idle one keeps no program alive; one at work does. */
  const hold = () => {
    holdChild(child, asked.size + held.size > 0)
    if (asked.size + children.size > 0) watch.begin()
    else watch.stop()
  }
  hold()

  const gone = (error: Error) => {
    if (isGone) return
    isGone = true
    watch.stop()
    holdChild(child, false)
    const lost = [...asked.values()]
    asked.clear()
    for (const { fail } of lost) fail(error)
    for (const end of children.values()) end({ code: null, isLost: true })
    children.clear()
    for (const folder of pipeFolders) rmSync(folder, { recursive: true, force: true })
    onGone(started)
  }

  const hear = (answer: StarterAnswer) => {
    if (answer.kind === 'here') return
    const { id } = answer
    if (answer.kind === 'ended') {
      children.get(id)?.({ code: answer.code, isLost: false })
      children.delete(id)
      held.delete(id)
    } else {
      const one = asked.get(id)
      asked.delete(id)
      if (answer.kind === 'failed') one?.fail(Object.assign(new Error(answer.message), { code: answer.code }))
      else one?.answer(answer)
    }
    hold()
  }

  child.on('message', (message) => {
    watch.feed()
    const { data: answer, error } = starterAnswerSchema.safeParse(message)
    if (answer !== undefined) return hear(answer)
    gone(new Error('The process that starts others said what it should not', { cause: error }))
    child.kill('SIGKILL')
  })
  child.on('error', (error) => {
    gone(error)
    child.kill('SIGKILL')
  })
  child.on('exit', () => gone(new Error('The process that starts others has ended')))

  const tell = (order: StarterOrder) => {
    if (child.connected) child.send(order, () => {})
  }
  /** Asks for what is answered once; `read` says what of an answer is wanted. */
  const ask = <T>(order: (id: number) => StarterOrder, read: (answer: StarterAnswer, id: number) => T) => {
    const id = ++ids
    const answered = new Promise<T>((resolve, reject) => {
      if (isGone) return reject(new Error('The process that starts others has ended'))
      const answer = (told: StarterAnswer) => {
        try {
          resolve(read(told, id))
        } catch (error) {
          reject(error)
        }
      }
      asked.set(id, { answer, fail: reject })
      hold()
      tell(order(id))
    })
    return { id, answered }
  }

  const run: RunCommand = (command, signal) => {
    if (signal?.aborted) return Promise.reject(signal.reason)
    const order = { ...command, args: [...command.args] }
    const { id, answered } = ask((one) => ({ do: 'run', id: one, command: order }), ranOf)
    const stop = () => {
      asked.get(id)?.fail(signal?.reason)
      asked.delete(id)
      hold()
      tell({ do: 'stop', id })
    }
    signal?.addEventListener('abort', stop, { once: true })
    return answered.finally(() => signal?.removeEventListener('abort', stop))
  }

  const makePipes = async (): Promise<string[]> => {
    const paths = await ask((id) => ({ do: 'make-pipes', id }), pathsOf).answered
    for (const path of paths) pipeFolders.add(dirname(path))
    return paths
  }

  const spawn = (order: SpawnOrder): Promise<Spawned> => {
    const descriptors = order.descriptors.map((one) => ({ ...one }))
    const given = { ...order, args: [...order.args], descriptors }
    return ask(
      (id) => ({ do: 'start', id, order: given }),
      (answer, id): Spawned => {
        const { pid } = of(answer, 'started')
        held.add(id)
        return {
          pid,
          // Its end may be told in the very next message.
          ended: new Promise((end) => void children.set(id, end)),
          hold(isHeld) {
            if (isHeld && children.has(id)) held.add(id)
            else held.delete(id)
            if (!isGone) hold()
          },
        }
      },
    ).answered
  }

  const started: StartedProgram = {
    run,
    start: startingBy(keepPipes(makePipes), spawn),
    close() {
      gone(new Error('The server is closing'))
      if (child.connected) child.disconnect()
    },
  }
  return started
}

/** Asks a program now and again whether it is there; `tell` hears when it has said nothing for long. */
function watchProgram(
  child: ChildProcess,
  { awake, silentMs }: { awake: Timeline; silentMs: number },
  tell: () => void,
): { begin(): void; feed(): void; stop(): void } {
  let silence: ReturnType<typeof watchSilence> | null = null
  let cancel: Cancel = () => {}
  const question: StarterOrder = { do: 'answer' }
  return {
    begin() {
      if (silence !== null) return
      silence = watchSilence(awake, silentMs, tell)
      cancel = every(awake, Math.min(ASK_MS, silentMs / 3), () => {
        if (child.connected) child.send(question, () => {})
      })
    },
    feed: () => silence?.feed(),
    stop() {
      silence?.stop()
      silence = null
      cancel()
    },
  }
}

function holdChild(child: ChildProcess, isHeld: boolean): void {
  if (isHeld) {
    child.ref()
    child.channel?.ref()
  } else {
    child.unref()
    child.channel?.unref()
  }
}

/** An answer to a question is of the one kind that answers it. */
function of<K extends StarterAnswer['kind']>(
  answer: StarterAnswer,
  kind: K,
): Extract<StarterAnswer, { kind: K }> {
  if (isOf(answer, kind)) return answer
  throw new Error(`The process that starts others answered ${answer.kind} where ${kind} was asked for.`)
}

function isOf<K extends StarterAnswer['kind']>(
  answer: StarterAnswer,
  kind: K,
): answer is Extract<StarterAnswer, { kind: K }> {
  return answer.kind === kind
}

function ranOf(answer: StarterAnswer): CommandEnd {
  const { code, output, said, isTooLong } = of(answer, 'ran')
  return { code, output: Buffer.from(output.buffer, output.byteOffset, output.byteLength), said, isTooLong }
}

function pathsOf(answer: StarterAnswer): string[] {
  return of(answer, 'pipes').paths
}
