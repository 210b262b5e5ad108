import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FolderLook } from '@/lib/api/settings'
import { assertNever } from '@/lib/core/base/assert-never'
import { parseJson } from '@/lib/core/base/json'
import type { Clock } from '@/lib/core/ports/clock'
import type { StartChild, StartedChild } from '@/lib/processes/child'
import { WorkspaceError } from '@/lib/workspace/workspace-error'
import { Refusal } from '../services/problem'
import { type LookOrder, lookLineSchema } from './folder-look-lines'

/** Longest that somebody waits for what is known of a folder, in awake milliseconds. */
const LOOK_MS = 4_000

/** Looks at once, each a process or two. */
const MOST_AT_ONCE = 4

/** Longest text that a look may print; what it knows takes a few lines. */
const MOST_TEXT = 1_000_000

type Asked = Pick<LookOrder, 'path' | 'roots' | 'deny'>

/** Looks at folders for people who choose one. */
export type FolderLooks = {
  /** What is known of a folder within seconds. Throws where runs may not open it. */
  at(asked: Asked): Promise<FolderLook>
}

/** Each look is a process of its own, which is ended, with its git, when time is up. */
export function createFolderLooks(parts: {
  /** The bundled program. */
  entry: string
  dataDir: string
  privateNames: string[]
  clock: Clock
  start: StartChild
  /** For a test that cannot wait. */
  limitMs?: number
}): FolderLooks {
  const { entry, dataDir, privateNames, clock, start, limitMs = LOOK_MS } = parts
  const places = join(dataDir, 'looking')
  const underWay = new Map<string, Promise<FolderLook>>()
  let swept: Promise<void> | null = null

  async function look(asked: Asked): Promise<FolderLook> {
    // What a server left that was killed while it looked.
    swept ??= rm(places, { recursive: true, force: true })
    await swept
    const place = join(places, randomUUID())
    await mkdir(place, { recursive: true, mode: 0o700 })
    try {
      return await printed({ ...asked, privateNames, place })
    } finally {
      await rm(place, { recursive: true, force: true, maxRetries: 3 })
    }
  }

  function printed(order: LookOrder): Promise<FolderLook> {
    return new Promise((resolve, reject) => {
      const known = { path: order.path, repository: null, files: null, uncommitted: null, isCut: false }
      let told: FolderLook = known
      let text = ''
      let isOver = false
      const args = ['--max-old-space-size=512', entry, JSON.stringify(order)]
      const starting = start({
        ...{ program: process.execPath, args, env: { NODE_ENV: 'production' }, cwd: '/' },
        descriptors: ['ignore', 'out', 'inherit'],
      })
      /** With its group, and so with the git that it has started. */
      const end = (child: StartedChild) => {
        child.signal('SIGKILL')
        // A process that the system does not end is left behind: nobody waits for it.
        child.pipe(1).destroy()
        child.hold(false)
      }
      const cancel = clock.awake.after(limitMs, () => {
        isOver = true
        starting.then(end, () => {})
        resolve({ ...told, isCut: true })
      })
      const follow = async (child: StartedChild) => {
        const output = child.pipe(1)
        const closed = new Promise<void>((done) => void output.once('close', done))
        // A name may be cut between two of its bytes where a chunk ends.
        output.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
          if (text.length > MOST_TEXT) return end(child)
          const lines = text.split('\n')
          text = lines.pop() ?? ''
          try {
            for (const line of lines) told = { ...told, ...partOf(line, order.path) }
          } catch (error) {
            reject(error)
          }
        })
        const { code } = await child.ended
        await closed
        if (code === 0) resolve(told)
        else reject(new Error(`The look at a folder ended with ${code ?? 'a signal'}.`))
      }
      starting
        .then((child) => (isOver ? undefined : follow(child)))
        .catch(reject)
        .finally(cancel)
    })
  }

  return {
    at(order) {
      const key = JSON.stringify(order)
      const known = underWay.get(key)
      if (known !== undefined) return known
      if (underWay.size >= MOST_AT_ONCE)
        throw new Refusal('busy', 'Other folders are being looked at. Try again in a moment.', [], 2)
      const found = look(order).finally(() => underWay.delete(key))
      underWay.set(key, found)
      return found
    },
  }
}

/** What one printed line tells. Throws what it says that the folder is refused for. */
function partOf(text: string, path: string): Partial<FolderLook> {
  const line = lookLineSchema.parse(parseJson(text))
  switch (line.kind) {
    case 'refused':
      throw new WorkspaceError(line.why, path)
    case 'opened':
      return { path: line.path, repository: line.repository }
    case 'files':
      return { files: line.files }
    case 'uncommitted':
      return { uncommitted: line.uncommitted }
    default:
      return assertNever(line)
  }
}
