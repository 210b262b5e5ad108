import { randomBytes } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isThere } from './is-there'
import type { Repository } from './repository'

/**
 * Contents of files as plain files, by their names: what threads and libraries that know no git can open.
 * Made when somebody first asks, and the same for every agent, since nobody can change them.
 */
export type BlobFiles = {
  /** The folder all of them are in. */
  root: string
  /** The path of one below that folder; null when it is not stored. */
  pathOf(blob: string): Promise<string | null>
}

export function createBlobFiles({ objects, scratch }: Repository): BlobFiles {
  const root = join(scratch, 'blobs')
  const made = new Map<string, Promise<string | null>>()
  const make = async (blob: string): Promise<string | null> => {
    const path = join(blob.slice(0, 2), blob)
    const absolute = join(root, path)
    if (await isThere(absolute)) return path
    const object = await objects.read(blob)
    if (object?.type !== 'blob') return null
    await mkdir(dirname(absolute), { recursive: true })
    const unfinished = `${absolute}.${randomBytes(6).toString('hex')}`
    await writeFile(unfinished, object.bytes, { mode: 0o400, flag: 'wx' })
    await rename(unfinished, absolute)
    return path
  }
  return {
    root,
    pathOf(blob) {
      const known = made.get(blob)
      if (known !== undefined) return known
      const path = make(blob)
      made.set(blob, path)
      path.then(
        () => made.delete(blob),
        () => made.delete(blob),
      )
      return path
    },
  }
}
