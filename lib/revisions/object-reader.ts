import type { StartChild, StartedChild } from '@/lib/processes/child'
import { type Git, gitEnvironment } from './git'

/** An object as it is stored. */
export type StoredObject = { type: string; bytes: Buffer }

/** Reads objects of a repository through one process that stays. */
export type ObjectReader = {
  /** Null where there is none of this name. */
  read(name: string): Promise<StoredObject | null>
  close(): void
}

type Waiting = { resolve(object: StoredObject | null): void; reject(error: Error): void }

/** Starts `git cat-file --batch` when it is first needed, and again should it have ended. */
export function createObjectReader(git: Pick<Git, 'folder'>, startChild: StartChild): ObjectReader {
  let child: Promise<StartedChild> | null = null
  let waiting: Waiting[] = []
  let held: Buffer[] = []
  let heldBytes = 0
  /** Names that are still to be sent, each with its line end. */
  let asked = ''
  /** Bytes that complete what is being read: a header while it is null. */
  let header: { type: string; size: number } | null = null

  const fail = (error: Error) => {
    const all = waiting
    waiting = []
    held = []
    heldBytes = 0
    asked = ''
    header = null
    child = null
    for (const one of all) one.reject(error)
  }

  const take = (bytes: number): Buffer => {
    const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held)
    held = all.length > bytes ? [all.subarray(bytes)] : []
    heldBytes = all.length - bytes
    return all.subarray(0, bytes)
  }

  const readOn = () => {
    for (;;) {
      if (header === null) {
        const at = lineEnd(held)
        if (at === -1) return
        const line = take(at + 1)
          .toString('latin1')
          .trimEnd()
        const match = /^[0-9a-f]+ (\w+) (\d+)$/.exec(line)
        if (match?.[1] === undefined || match[2] === undefined) {
          waiting.shift()?.resolve(null)
          continue
        }
        header = { type: match[1], size: Number(match[2]) }
      }
      if (heldBytes < header.size + 1) return
      const bytes = Buffer.from(take(header.size))
      take(1)
      waiting.shift()?.resolve({ type: header.type, bytes })
      header = null
    }
  }

  /** What is asked at once goes in one piece: a write for each name takes as long as reading what it names. */
  const ask = (of: Promise<StartedChild>) => {
    const send = (started: StartedChild) => {
      // Names that were asked of one that has ended since are failed; what stands there now is another's.
      if (child !== of) return
      started.pipe(0).write(asked)
      asked = ''
    }
    of.then(send, () => {})
  }

  const start = (): Promise<StartedChild> => {
    const starting = startChild({
      program: 'git',
      args: ['cat-file', '--batch'],
      env: gitEnvironment(git.folder),
      cwd: '/',
      descriptors: ['in', 'out', 'ignore'],
    })
    const end = (error: Error) => {
      if (child === starting) fail(error)
    }
    starting.then((started) => {
      // It waits for questions for as long as it is there, which is to keep nothing else there.
      started.hold(false)
      started.pipe(1).on('data', (chunk: Buffer) => {
        if (child !== starting) return
        held.push(chunk)
        heldBytes += chunk.length
        readOn()
      })
      void started.ended.then(() => end(new Error('The process that reads git objects has ended.')))
    }, end)
    return starting
  }

  return {
    read: (name) =>
      new Promise((resolve, reject) => {
        if (!/^[0-9a-f]{40}$/.test(name)) return resolve(null)
        child ??= start()
        waiting.push({ resolve, reject })
        if (asked === '') ask(child)
        asked += `${name}\n`
      }),
    close() {
      const ending = child
      fail(new Error('The reader was closed.'))
      ending?.then(
        (started) => started.signal('SIGKILL'),
        () => {},
      )
    },
  }
}

/** The place of the first line feed in what is held; -1 without one. */
function lineEnd(held: readonly Buffer[]): number {
  let before = 0
  for (const chunk of held) {
    const at = chunk.indexOf(10)
    if (at !== -1) return before + at
    before += chunk.length
  }
  return -1
}
