import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { isThere } from './is-there'

const deflated = promisify(deflate)

export type ObjectType = 'blob' | 'tree' | 'commit'

/** The name that git gives an object: the SHA-1 of its type, size and bytes, 40 hex digits. */
export function objectName(type: ObjectType, bytes: Uint8Array): string {
  return createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
}

/**
 * Stores an object in git's loose format (gitformat-loose(5)) and gives its name. Storing one that is there
 * costs a look. A process for each small file that an agent writes would cost twenty times as much.
 */
export async function writeObject(folder: string, type: ObjectType, bytes: Uint8Array): Promise<string> {
  const name = objectName(type, bytes)
  const path = join(folder, 'objects', name.slice(0, 2), name.slice(2))
  if (await isThere(path)) return name
  const header = Buffer.from(`${type} ${bytes.length}\0`)
  const packed = await deflated(Buffer.concat([header, bytes]), { level: 1 })
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`
  await mkdir(dirname(path), { recursive: true })
  await writeFile(unfinished, packed, { mode: 0o444, flag: 'wx', flush: true })
  // A link never takes the place of what another writer has finished meanwhile.
  await link(unfinished, path).then(
    () => rm(unfinished, { force: true }),
    async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return rm(unfinished, { force: true })
      await rename(unfinished, path)
    },
  )
  await flushFolder(dirname(path))
  return name
}

/** The name of a file is in its folder: without this a power cut could leave bytes that nobody finds. */
async function flushFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}
