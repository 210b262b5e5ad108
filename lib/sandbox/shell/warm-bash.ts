import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Timeline } from '@/lib/core/ports/clock'
import type { SandboxEnd, SandboxProcess } from '../backend'
import type { ReachedLimit } from '../limits/limits'
import { createMarkScanner, type Mark } from './end-mark'
import { readInBursts } from './flow'
import type { Output } from './output'

/** How a command came to an end: it did, or the shell did with it. */
export type Executed = { kind: 'done'; mark: Mark } | { kind: 'gone'; end: SandboxEnd }

/** A shell that is ready for commands. */
export type WarmBash = {
  readonly isGone: boolean
  /** Where commands find kept output. */
  readonly outputFolder: string
  /** One at a time. What earlier commands left running prints into it as well, as in a terminal. */
  execute(text: string, output: Output): Promise<Executed>
  reachedLimit(): ReachedLimit | null
  kill(): Promise<void>
}

/** Most bytes of what is printed between two commands; of more, the end is kept. */
const BETWEEN_BYTES = 16_384

/** Waits until the driver is ready and bounds the sandbox; rejects with a sentence when it does not start. */
export async function openWarmBash(options: {
  sandbox: SandboxProcess
  readyMark: string
  /** The folder in which the driver finds the files of commands. */
  control: string
  awake: Timeline
  newMark: () => string
}): Promise<WarmBash> {
  const { sandbox, control, awake, newMark } = options
  let scan = createMarkScanner(options.readyMark)
  let output: Output | null = null
  let between: Buffer = Buffer.alloc(0)
  let onMark: (mark: Mark) => void = () => {}
  let commands = 0
  let isGone = false

  const marked = () => new Promise<Mark>((resolve) => (onMark = resolve))
  const gone = sandbox.ended.then((end): Executed => {
    isGone = true
    return { kind: 'gone', end }
  })

  function print(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (output !== null) output.take(bytes)
    else between = Buffer.concat([between, bytes]).subarray(-BETWEEN_BYTES)
  }

  readInBursts(
    sandbox.stdout,
    awake,
    () => output?.isFull ?? true,
    (piece) => {
      const { content, mark, rest } = scan(piece)
      print(content)
      if (mark === null) return
      output = null
      print(rest)
      onMark(mark)
    },
  )
  // A shell that ends while it is written to is told of by `ended`.
  sandbox.stdin.on('error', () => {})

  const ready = await Promise.race([marked(), gone])
  if ('kind' in ready) {
    const why = ready.kind === 'gone' ? ready.end.complaint : ''
    throw new Error(`The sandbox did not start${why === '' ? '.' : `: ${why}`}`)
  }
  await sandbox.confine()
  sandbox.stdin.write('go\n')

  return {
    get isGone() {
      return isGone
    },
    outputFolder: sandbox.outputFolder,
    async execute(text, into) {
      const [number, word] = [commands++, newMark()]
      const file = join(control, `command-${number}`)
      writeFileSync(file, text, { mode: 0o600 })
      scan = createMarkScanner(word)
      into.take(between)
      between = Buffer.alloc(0)
      output = into
      const done = marked().then((mark): Executed => ({ kind: 'done', mark }))
      sandbox.stdin.write(`${number} ${word}\n`)
      const executed = await Promise.race([done, gone])
      output = null
      rmSync(file, { force: true })
      return executed
    },
    reachedLimit: () => sandbox.reachedLimit(),
    kill: () => sandbox.kill(),
  }
}
