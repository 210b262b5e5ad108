import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { forgetHistories } from './checkouts'
import type { Repository } from './repository'

/** Bytes on disk before and after. */
export type Pruned = { before: number; after: number }

/** Refs that stand only while what they name is told from the rest. */
const KEPT = 'refs/kept/'

/**
 * Removes every object that none of these leads to, and all that lies in scratch. Nobody may read or write in the
 * repository meanwhile: an object that is stored again is not written where it lies already.
 */
export async function pruneRepository(repository: Repository, names: readonly string[]): Promise<Pruned> {
  const { git, scratch } = repository
  const before = await bytesIn(git.folder)
  await forget(repository)
  const kept = await stored(repository, names)
  await git.run(['update-ref', '--stdin'], {
    input: kept.map((name) => `create ${KEPT}${name} ${name}\n`).join(''),
  })
  await git.run(['repack', '-a', '-d', '-q'])
  await git.run(['prune', '--expire=now'])
  await forget(repository)
  forgetHistories(repository)
  await rm(scratch, { recursive: true, force: true, maxRetries: 3 })
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  return { before, after: await bytesIn(git.folder) }
}

/** Removes copies of objects, which are made again when somebody asks; what is known of folders stays. */
export async function clearScratch(scratch: string): Promise<void> {
  for (const copies of ['blobs', 'history'])
    await rm(join(scratch, copies), { recursive: true, force: true, maxRetries: 3 })
}

async function forget({ git }: Repository): Promise<void> {
  const refs = await git.text(['for-each-ref', '--format=%(refname)', KEPT])
  if (refs === '') return
  await git.run(['update-ref', '--stdin'], { input: refs.replace(/^/gm, 'delete ').concat('\n') })
}

/** Those of these names that are of stored objects, once each. */
async function stored({ git }: Repository, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const looked = await git.text(['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    input: names.map((name) => `${name}\n`).join(''),
  })
  const found = looked.split('\n').flatMap((line) => {
    const [name = '', type = ''] = line.split(' ')
    return ['blob', 'tree', 'commit'].includes(type) ? [name] : []
  })
  return [...new Set(found)]
}

/** Bytes of all files of a folder; of what goes meanwhile nothing. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries)
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0
  return bytes
}
