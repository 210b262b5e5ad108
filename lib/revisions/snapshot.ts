import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { GitError } from './git'
import type { Repository } from './repository'

/** Snapshots share an index for each folder: one at a time. */
const underWay = new Map<string, Promise<unknown>>()

/**
 * The tree of some files of a folder, as they are now. Their bytes are stored as they are; the folder is only
 * read. What cannot be read is left out, and named.
 *
 * The index of each folder is kept, so that the next snapshot reads only what has changed since.
 */
export function snapshot(
  repository: Repository,
  root: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<{ tree: string; unreadable: string[] }> {
  const key = `${repository.git.folder}\0${root}`
  const work = (underWay.get(key) ?? Promise.resolve()).then(() => take(repository, root, paths, signal))
  const settled: Promise<void> = work
    .then(
      () => {},
      () => {},
    )
    .then(() => {
      if (underWay.get(key) === settled) underWay.delete(key)
    })
  underWay.set(key, settled)
  return work
}

/** More new files than this go into one pack: a file on disk for each would take many times as long. */
const MOST_LOOSE = 500

/** What git takes for large it writes into a pack, one after the other; with this, everything. */
const intoOnePack = ['-c', 'core.bigFileThreshold=1', '-c', 'core.compression=1']

async function take(
  repository: Repository,
  root: string,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ tree: string; unreadable: string[] }> {
  const { git, scratch } = repository
  const index = join(scratch, `${createHash('sha256').update(root).digest('hex').slice(0, 24)}.index`)
  const options = { index, workTree: root, ...(signal === undefined ? {} : { signal }) }
  const known = (await git.run(['ls-files', '-z'], options)).output.toString('utf8').split('\0')
  const wanted = new Set(paths)
  const gone = known.filter((path) => path !== '' && !wanted.has(path))
  const remove = (some: readonly string[]) =>
    some.length === 0
      ? null
      : git.run(['update-index', '-z', '--force-remove', '--stdin'], { ...options, input: joined(some) })
  await remove(gone)
  const before = new Set(known)
  const isMany = paths.filter((path) => !before.has(path)).length > MOST_LOOSE
  const add = (some: readonly string[]) =>
    git.run([...(isMany ? intoOnePack : []), 'update-index', '-z', '--add', '--remove', '--stdin'], {
      ...options,
      input: joined(some),
    })
  const unreadable: string[] = []
  try {
    await add(paths)
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    // One that may not be opened ends the whole command: those are found, and the rest taken again.
    const readable: string[] = []
    const stopped = aborted(signal)
    for (const path of paths) {
      const isReadable = await Promise.race([canRead(join(root, path)), stopped])
      ;(isReadable ? readable : unreadable).push(path)
    }
    if (unreadable.length === 0) throw error
    await remove(unreadable)
    await add(readable)
  }
  return { tree: await git.text(['write-tree'], options), unreadable }
}

function joined(paths: readonly string[]): string {
  return paths.map((path) => `${path}\0`).join('')
}

/** Rejects once the signal is raised: a folder that does not answer holds up no snapshot after it. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  const stopped = new Promise<never>((_, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  // It may be raised when nobody waits for it any more.
  stopped.catch(() => {})
  return stopped
}

async function canRead(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  )
}
