import { join, relative, resolve, sep } from 'node:path'
import { every, type Timeline } from '@/lib/core/ports/clock'
import type { StartChild } from '@/lib/processes/child'
import { isInside } from '@/lib/workspace/locate-path'
import type { CheckedOut } from '@/lib/workspace/revision'
import {
  type FolderOptions,
  folderOf,
  type OpenFolder,
  type Workspace,
  workspaceOf,
} from '@/lib/workspace/workspace'
import { WorkspaceError } from '@/lib/workspace/workspace-error'
import { Refusal } from '../../services/problem'
import type { ReaderLine, ReaderOrder } from './reader-lines'
import { type ReaderProcess, startReader } from './reader-process'

/** Longest that a folder may be silent, in awake milliseconds: a disk that wakes up takes ten seconds. */
const SILENT_MS = 20_000
/** Longest that listing a folder may take in all. */
const OPEN_MS = 300_000
/** How often that is looked at. */
const BEAT_MS = 500
/** How often a folder is asked whether it still answers, while something is done with it. */
const ASK_AGAIN_MS = 10_000
/** A process that nobody needs any more is ended after this; it takes some 50 MB. */
const IDLE_MS = 60_000
/** Folders that are being read at once: each has a process meanwhile. */
const MOST_READERS = 32
/** For so long a folder that was silent is refused without being asked. */
const REFUSED_MS = 5_000

type Rules = Required<Pick<FolderOptions, 'path' | 'roots' | 'deny' | 'privateNames'>>
type Order = ReaderOrder extends infer One ? (One extends ReaderOrder ? Omit<One, 'id'> : never) : never
type LineOf<Kind extends ReaderLine['kind']> = Extract<ReaderLine, { kind: Kind }>

/**
 * Reads folders of others: each folder right below a root in a process of its own meanwhile, which is ended when its folder does not answer. So a
 * dead mount or a folder of a million files holds up neither this process nor the threads by which it reads
 * its own. All reject with a `WorkspaceError` that says what to do.
 */
export type FolderReaders = {
  open(rules: Rules): Promise<Workspace>
  /** The same without a list of the files. */
  enter(rules: Rules): Promise<OpenFolder>
  requireInside(path: string, roots: readonly string[]): Promise<void>
  /**
   * A folder and at most so many right below it, as far as they are known once `silentMs` has passed without
   * more.
   */
  below(
    path: string,
    most: number,
    silentMs: number,
  ): Promise<readonly { path: string; isRepository: boolean }[]>
  checkedOut(path: string, roots: readonly string[]): Promise<CheckedOut | null>
  /**
   * Does something with a folder for as long as that answers. When it does not, this rejects, the signal that
   * the work was given is raised, and nobody waits for the work.
   */
  during<Result>(
    path: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result>
  close(): void
}

/** `key` names the folder that a reader is at, or was at last. */
type Reader = ReaderProcess & { key: string; freeSinceMs: number | null }
type Bounds = { silentMs: number; mostMs: number }
const usualBounds: Bounds = { silentMs: SILENT_MS, mostMs: OPEN_MS }

/** `entry` is the bundled program of a process; they start when something is first read. */
export function createFolderReaders(parts: {
  entry: string
  awake: Timeline
  start: StartChild
  /** For a test that cannot wait. */
  askAgainMs?: number
}): FolderReaders {
  const { entry, awake, start, askAgainMs = ASK_AGAIN_MS } = parts
  const readers = new Set<Reader>()
  /** When folders were silent, by what their reader was at. */
  const silent = new Map<string, number>()
  let lastId = 0
  let offBeat: (() => void) | null = null
  let isClosed = false

  /** The one that is at work for this folder, else one that is free: what has answered all is tied to no folder. */
  function readerOf(key: string): Reader {
    const all = [...readers]
    const known =
      all.find((one) => one.asked.size > 0 && one.key === key) ?? all.find(({ asked }) => asked.size === 0)
    if (known !== undefined) {
      known.key = key
      return known
    }
    if (readers.size >= MOST_READERS)
      throw new Refusal('busy', 'Too many folders do not answer just now. Try again in a moment.', [], 20)
    const reader: Reader = {
      ...startReader({ entry, start }, () => readers.delete(reader)),
      key,
      freeSinceMs: null,
    }
    readers.add(reader)
    offBeat ??= every(awake, BEAT_MS, onBeat)
    return reader
  }

  function onBeat(): void {
    const nowMs = awake.now()
    for (const reader of readers) {
      const late = [...reader.asked.values()].find(
        ({ untilMs, endsMs }) => nowMs >= Math.min(untilMs, endsMs),
      )
      if (late !== undefined) {
        // What it was asked else is about the same disk.
        silent.set(reader.key, nowMs)
        reader.end(nowMs >= late.untilMs ? 'silent' : 'too-much')
      } else if (reader.asked.size > 0) reader.freeSinceMs = null
      else {
        reader.freeSinceMs ??= nowMs
        if (nowMs - reader.freeSinceMs >= IDLE_MS) reader.end()
      }
    }
    for (const [key, atMs] of silent) if (nowMs - atMs >= REFUSED_MS) silent.delete(key)
    if (readers.size > 0 || silent.size > 0 || offBeat === null) return
    offBeat()
    offBeat = null
  }

  /** What the last line says; `onLine` hears of those before it. */
  async function ask<Kind extends ReaderLine['kind']>(
    where: { path: string; roots: readonly string[] },
    order: Order,
    kind: Kind,
    { silentMs, mostMs }: Bounds = usualBounds,
    onLine: (line: ReaderLine) => void = () => {},
  ): Promise<LineOf<Kind>> {
    if (isClosed) throw new Error('Skein is shutting down.')
    const busy = [...readers].filter(({ asked }) => asked.size > 0).map(({ key }) => key)
    const known = [...busy, ...silent.keys()]
    const key = where.roots.length > 0 ? keyOf(where.path, where.roots) : nearest(where.path, known)
    if (silent.has(key)) throw new WorkspaceError('silent', where.path)
    lastId += 1
    const id = lastId
    const line = await readerOf(key).ask({ ...order, id }, where.path, {
      nowMs: () => awake.now(),
      silentMs,
      mostMs,
      onLine,
    })
    if (isKind(line, kind)) return line
    throw new Error(`A folder reader answered with ${line.kind} in place of ${kind}.`)
  }

  const locator =
    ({ path, roots, privateNames }: Rules, entered: { root: string; denied: string[] }) =>
    async (asked: string) => {
      const order = { kind: 'locate' as const, entered, privateNames: [...privateNames], asked }
      return (await ask({ path, roots }, order, 'located')).located
    }

  const touch = (path: string) => ask({ path, roots: [] }, { kind: 'touch', path }, 'done')

  return {
    async open(rules) {
      const files: { path: string; size: number; modifiedMs: number }[] = []
      const { opened } = await ask(
        rules,
        { kind: 'open', options: plain(rules) },
        'opened',
        usualBounds,
        (line) => {
          if (line.kind !== 'files') return
          for (const [path, size, modifiedMs] of line.files) files.push({ path, size, modifiedMs })
        },
      )
      return workspaceOf({ ...opened, files }, rules, locator(rules, opened))
    },
    async enter(rules) {
      const { entered } = await ask(rules, { kind: 'enter', options: plain(rules) }, 'entered')
      return folderOf(entered, rules, locator(rules, entered))
    },
    async requireInside(path, roots) {
      // Without a look at any disk where that is enough.
      if (roots.some((root) => isInside(resolve(root), path))) return
      await ask({ path, roots }, { kind: 'require', path, roots: [...roots] }, 'done')
    },
    async below(path, most, silentMs) {
      const found = new Map<string, { path: string; isRepository: boolean }>()
      const bounds = { ...usualBounds, silentMs }
      await ask({ path, roots: [] }, { kind: 'below', path, most }, 'done', bounds, (line) => {
        if (line.kind === 'names')
          for (const one of line.paths) found.set(one, { path: one, isRepository: false })
        else if (line.kind === 'repository') found.set(line.path, { path: line.path, isRepository: true })
      }).catch((error: unknown) => {
        if (found.size === 0) throw error
      })
      return [...found.values()]
    },
    async checkedOut(path, roots) {
      return (await ask({ path, roots }, { kind: 'head', path, roots: [...roots] }, 'head')).head
    },
    async during(path, signal, work) {
      await touch(path)
      const stop = new AbortController()
      const lost = new Promise<never>((_, reject) =>
        stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true }),
      )
      // Nobody hears of it once the work is done.
      lost.catch(() => {})
      let isAsking = false
      const off = every(awake, askAgainMs, () => {
        if (isAsking) return
        isAsking = true
        touch(path).then(
          () => {
            isAsking = false
          },
          (error) => stop.abort(error),
        )
      })
      try {
        return await Promise.race([work(AbortSignal.any([signal, stop.signal])), lost])
      } finally {
        off()
      }
    },
    close() {
      isClosed = true
      offBeat?.()
      for (const reader of readers) reader.end()
    },
  }
}

/** The folder right below the root that a path lies in as it is written: what lies in it is mostly on one disk. */
function keyOf(path: string, roots: readonly string[]): string {
  const wanted = resolve(path)
  const root = nearest(wanted, roots)
  const [first = ''] = relative(root, wanted).split(sep)
  return join(root, first)
}

/** The innermost of these folders that a path lies in; the path itself where there is none. */
function nearest(path: string, folders: readonly string[]): string {
  const wanted = resolve(path)
  const [first] = folders
    .map((folder) => resolve(folder))
    .filter((folder) => isInside(folder, wanted))
    .sort((one, other) => other.length - one.length)
  return first ?? wanted
}

function plain({ path, roots, deny, privateNames }: Rules) {
  return { path, roots: [...roots], deny: [...deny], privateNames: [...privateNames] }
}

function isKind<Kind extends ReaderLine['kind']>(line: ReaderLine, kind: Kind): line is LineOf<Kind> {
  return line.kind === kind
}
