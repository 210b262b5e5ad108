import { existsSync } from 'node:fs'
import { copyFile, type FileHandle, link, mkdir, open, rename, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { closeDoors, holdForRestore } from '@/db/backup'
import { makeFolder } from '@/db/make-folder'
import { migrationTimes } from '@/db/open'
import { parseJson } from '@/lib/core/base/json'
import { isNamed } from '@/lib/core/base/named-error'
import { BackupError, type Entry, readArchive } from './archive'
import { DATABASE, keptFolders, MANIFEST, MANIFEST_DIGEST, type Manifest, manifestSchema } from './manifest'

/** A manifest names each file; one of more than this many bytes is none of ours. */
const MOST_MANIFEST_BYTES = 400_000_000

/**
 * Puts what a backup holds in place of what a data folder holds, which is kept aside in it; gives the folder of
 * that, null where there was nothing. Everything is checked, and laid beside, before anything is moved. The
 * key that seals secrets stays the one of the folder. Throws `BackupError` or `DatabaseError`.
 */
export async function restore(options: {
  from: string
  dataDir: string
  migrationsDir: string
  at: string
}): Promise<{ manifest: Manifest; aside: string | null }> {
  const { from, dataDir, migrationsDir } = options
  const manifest = await verify(from)
  const newest = Math.max(...migrationTimes(migrationsDir))
  if (manifest.schema !== null && manifest.schema > newest)
    throw new BackupError(
      'The backup was made by a newer Skein than this one. Nothing was changed. Restore it with that version.',
    )
  makeFolder(dataDir)
  const hold = holdForRestore(dataDir)
  const stamp = options.at.slice(0, 19).replaceAll(':', '-')
  const beside = join(dataDir, `restoring-${stamp}`)
  try {
    await layOut(from, manifest, beside)
    // Whoever was let out since may not be let in again by it.
    closeDoors(join(beside, DATABASE), join(dataDir, DATABASE))
    return { manifest, aside: await swap(dataDir, beside, join(dataDir, `before-restore-${stamp}`)) }
  } finally {
    await rm(beside, { recursive: true, force: true })
    hold.close()
  }
}

/** Reads a backup whole and checks every digest. Throws `BackupError`; writes nothing. */
export async function verify(from: string): Promise<Manifest> {
  const read = { [MANIFEST]: [] as Buffer[], [MANIFEST_DIGEST]: [] as Buffer[] }
  let bytes = 0
  const entries = await readArchive(from, (name, chunk) => {
    if (name !== MANIFEST && name !== MANIFEST_DIGEST) return
    bytes += chunk.length
    if (bytes <= MOST_MANIFEST_BYTES) read[name].push(chunk)
  })
  const found = new Map(entries.map((entry) => [entry.name, entry]))
  const said = Buffer.concat(read[MANIFEST_DIGEST]).toString('utf8')
  if (found.get(MANIFEST)?.sha256 !== said) throw changed('its list of files')
  const { data } = manifestSchema.safeParse(parseJson(Buffer.concat(read[MANIFEST]).toString('utf8')))
  if (data === undefined) throw changed('its list of files')
  for (const file of data.files) checkFile(file, found.get(file.entry))
  if (data.files.every(({ path }) => path !== DATABASE)) throw changed(DATABASE)
  return data
}

function checkFile({ path, bytes, sha256 }: Manifest['files'][number], entry: Entry | undefined): void {
  if (entry?.bytes !== bytes || entry.sha256 !== sha256) throw changed(path)
}

function changed(what: string): BackupError {
  return new BackupError(
    `The backup is damaged or was changed: ${what} is not what was backed up. Nothing was restored. Take another one.`,
  )
}

/** Writes what a backup holds into a new folder, and checks again what was written. */
async function layOut(from: string, manifest: Manifest, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  for (const path of manifest.folders) await mkdir(join(folder, path), { recursive: true, mode: 0o700 })
  const files = new Map(manifest.files.map((file) => [file.entry, file]))
  let current: { entry: string; file: FileHandle } | null = null
  const finish = async () => {
    await current?.file.sync()
    await current?.file.close()
    current = null
  }
  try {
    const entries = await readArchive(from, async (entry, bytes) => {
      const wanted = files.get(entry)
      if (wanted === undefined) return
      if (current?.entry !== entry) {
        await finish()
        current = { entry, file: await make(join(folder, wanted.path), wanted.isExecutable) }
      }
      await current.file.writeFile(bytes)
    })
    const found = new Map(entries.map((entry) => [entry.name, entry]))
    for (const file of manifest.files) checkFile(file, found.get(file.entry))
  } finally {
    await finish()
  }
  // Last, so that no file is written through one.
  for (const { path, to } of manifest.links) await symlink(to, join(folder, path))
}

async function make(path: string, isExecutable: boolean): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  return open(path, 'wx', isExecutable ? 0o700 : 0o600)
}

/** Moves what is there aside and the new in its place, the database last and at once. */
async function swap(dataDir: string, beside: string, aside: string): Promise<string | null> {
  const database = join(dataDir, DATABASE)
  const old = [...keptFolders, `${DATABASE}-wal`, `${DATABASE}-shm`].filter((name) =>
    existsSync(join(dataDir, name)),
  )
  const hasOld = old.length > 0 || existsSync(database)
  if (hasOld) await mkdir(aside, { mode: 0o700 })
  if (existsSync(database)) await keepAlso(database, join(aside, DATABASE))
  for (const name of old) await rename(join(dataDir, name), join(aside, name))
  for (const folder of keptFolders)
    if (existsSync(join(beside, folder))) await rename(join(beside, folder), join(dataDir, folder))
  await rename(join(beside, DATABASE), database)
  return hasOld ? aside : null
}

/** A second name of a file; a copy where the file system has no second names. */
async function keepAlso(path: string, other: string): Promise<void> {
  await link(path, other).catch(() => copyFile(path, other))
}

/** True for what is told as a sentence. */
export function isTold(error: unknown): error is Error {
  return isNamed<Error>(error, 'BackupError') || isNamed<Error>(error, 'DatabaseError')
}
