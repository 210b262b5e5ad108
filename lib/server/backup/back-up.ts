import { existsSync } from 'node:fs'
import { type FileHandle, lstat, open, readdir, readlink, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { copyDatabase } from '@/db/backup'
import { addEntry, BackupError, endArchive } from './archive'
import { DATABASE, keptFolders, MANIFEST, MANIFEST_DIGEST, type Manifest } from './manifest'

/** What comes and goes while a server works, and what it would clear away at its next start. */
const passing = /^scratch$|\.unfinished$|\.lock$|^tmp_obj/

/**
 * Writes a backup of a data folder into one file, also while a server works on it: the database as it is now,
 * and then the files, of which none that it names is changed. The key that seals secrets is not in it. Throws
 * `BackupError`.
 */
export async function backUp(dataDir: string, to: string, madeAt: string): Promise<Manifest> {
  if (!existsSync(join(dataDir, DATABASE)))
    throw new BackupError(`There is no database in ${dataDir}. SKEIN_DATA_DIR names the folder to back up.`)
  if (existsSync(to)) throw new BackupError(`${to} is there already. Choose another name.`)
  const [unfinished, copy] = [`${to}.unfinished`, `${to}.database`]
  try {
    const archive = await create(unfinished)
    try {
      const { schema } = await copyDatabase(dataDir, copy)
      const manifest: Manifest = { format: 1, madeAt, schema, folders: [], links: [], files: [] }
      await addFile(archive, manifest, copy, DATABASE)
      for (const folder of keptFolders) await addFolder(archive, manifest, dataDir, folder)
      const text = Buffer.from(JSON.stringify(manifest))
      const { sha256 } = await addEntry(archive, MANIFEST, text.length, [text])
      await addEntry(archive, MANIFEST_DIGEST, sha256.length, [Buffer.from(sha256)])
      await endArchive(archive)
      await archive.sync()
      await rename(unfinished, to)
      return manifest
    } finally {
      await archive.close()
    }
  } finally {
    for (const path of [unfinished, copy, `${copy}-journal`, `${copy}-wal`, `${copy}-shm`])
      await rm(path, { force: true })
  }
}

async function create(path: string): Promise<FileHandle> {
  return open(path, 'w', 0o600).catch((cause) => {
    throw new BackupError(`${path} cannot be written. Choose another place for the backup.`, { cause })
  })
}

async function addFolder(
  archive: FileHandle,
  manifest: Manifest,
  dataDir: string,
  path: string,
): Promise<void> {
  const names = await unlessGone(readdir(join(dataDir, path)))
  if (names === null) return
  manifest.folders.push(path)
  for (const name of names.filter((one) => !passing.test(one)).sort()) {
    const [inside, place] = [`${path}/${name}`, join(dataDir, path, name)]
    const found = await unlessGone(lstat(place))
    if (found?.isDirectory() === true) await addFolder(archive, manifest, dataDir, inside)
    if (found?.isSymbolicLink() === true) manifest.links.push({ path: inside, to: await readlink(place) })
    if (found?.isFile() === true) await addFile(archive, manifest, place, inside)
  }
}

async function addFile(archive: FileHandle, manifest: Manifest, from: string, path: string): Promise<void> {
  const file = await unlessGone(open(from, 'r'))
  if (file === null) return
  try {
    const { size, mode } = await file.stat()
    const content = size === 0 ? [] : chunksOf(file, size)
    const { name, bytes, sha256 } = await addEntry(archive, `${manifest.files.length}`, size, content)
    manifest.files.push({ entry: name, path, bytes, sha256, isExecutable: (mode & 0o100) !== 0 })
  } finally {
    await file.close()
  }
}

/** The first bytes of a file: what is appended meanwhile belongs to the next backup. */
async function* chunksOf(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  for await (const chunk of file.createReadStream({
    end: size - 1,
    autoClose: false,
    highWaterMark: 1 << 20,
  }))
    yield Buffer.from(chunk)
}

/** What a file operation gives; null for what was removed since its name was read. */
async function unlessGone<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
