import { parseJson } from '@/lib/core/base/json'
import type { StartChild, StartedChild } from '@/lib/processes/child'
import { WorkspaceError, type WorkspaceErrorKind } from '@/lib/workspace/workspace-error'
import { type ReaderLine, type ReaderOrder, readerLineSchema, unfinished } from './reader-lines'

/** Memory of one process: a list of a million names takes half of it. */
const HEAP_MB = 1_024
/** Threads in which it asks the disk; one that hangs takes one of them. */
const THREADS = '8'

/** How an order is followed: what it may take, and who hears of it. */
export type Following = {
  nowMs: () => number
  /** Longest until something is said, and in all. */
  silentMs: number
  mostMs: number
  onLine(line: ReaderLine): void
}

/** An order that is not answered yet; times are awake. */
type AskedOrder = {
  path: string
  /** Until when something has to be said of it, and until when all. */
  untilMs: number
  endsMs: number
  following: Following
  answer(line: ReaderLine): void
  fail(error: Error): void
}

/** A process that reads folders. */
export type ReaderProcess = {
  readonly asked: ReadonlyMap<number, AskedOrder>
  ask(order: ReaderOrder, path: string, following: Following): Promise<ReaderLine>
  /** Ends it, whatever it does; what it was asked is answered with why. One that the system cannot end is left behind. */
  end(why?: WorkspaceErrorKind): void
}

/** Starts one; `onGone` hears when it is of no use any more. */
export function startReader(
  { entry, start }: { entry: string; start: StartChild },
  onGone: () => void,
): ReaderProcess {
  const asked = new Map<number, AskedOrder>()
  const starting = start({
    program: process.execPath,
    args: [`--max-old-space-size=${HEAP_MB}`, entry],
    env: { NODE_ENV: 'production', UV_THREADPOOL_SIZE: THREADS },
    cwd: '/',
    descriptors: ['in', 'out', 'inherit'],
  })
  /** Whoever could not start it has said so. */
  const withChild = (use: (child: StartedChild) => void) => void starting.then(use, () => {})
  /** An idle one must not keep a program alive; one that is asked must. */
  const hold = () => withChild((child) => child.hold(asked.size > 0))
  let text = ''
  let isEnded = false

  const gone = (errorFor: (path: string) => Error) => {
    if (isEnded) return
    isEnded = true
    onGone()
    for (const { path, fail } of asked.values()) fail(errorFor(path))
    asked.clear()
  }

  const hear = (line: ReaderLine) => {
    const order = asked.get(line.id)
    if (order === undefined) return
    order.untilMs = order.following.nowMs() + order.following.silentMs
    if (unfinished.has(line.kind)) return order.following.onLine(line)
    asked.delete(line.id)
    if (asked.size === 0) hold()
    if (line.kind === 'refused') order.fail(new WorkspaceError(line.why, order.path))
    else if (line.kind === 'failed') order.fail(new Error(`A folder could not be read: ${line.message}`))
    else order.answer(line)
  }

  const follow = (child: StartedChild) => {
    hold()
    child
      .pipe(1)
      .setEncoding('utf8')
      .on('data', (chunk: string) => {
        const lines = (text + chunk).split('\n')
        text = lines.pop() ?? ''
        try {
          for (const line of lines) hear(readerLineSchema.parse(parseJson(line)))
        } catch (error) {
          gone(() => new Error('A folder reader said what it should not.', { cause: error }))
          child.signal('SIGKILL')
        }
      })
      // Its memory was not enough, or somebody ended it.
      .on('close', () => gone((path) => new WorkspaceError('too-much', path)))
  }
  starting.then(follow, (error: Error) => gone(() => error))

  return {
    asked,
    ask(order, path, following) {
      return new Promise((resolve, reject) => {
        const nowMs = following.nowMs()
        const [untilMs, endsMs] = [nowMs + following.silentMs, nowMs + following.mostMs]
        asked.set(order.id, { path, untilMs, endsMs, following, answer: resolve, fail: reject })
        hold()
        withChild((child) => void child.pipe(0).write(`${JSON.stringify(order)}\n`))
      })
    },
    end(why = 'silent') {
      gone((path) => new WorkspaceError(why, path))
      withChild((child) => {
        child.signal('SIGKILL')
        child.pipe(0).destroy()
        child.pipe(1).destroy()
        child.hold(false)
      })
    },
  }
}
