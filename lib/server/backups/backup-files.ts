import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { backUp } from '../backup/back-up'
import { verify } from '../backup/restore'

/** The name of a backup that was made by itself; others in the folder are left alone. */
const NAME = /^skein-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.tar$/

export type BackupFile = { name: string; bytes: number; madeAt: string }

/** The backups of a folder, newest first; none where there is no such folder. */
export async function listBackups(folder: string): Promise<BackupFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const files: BackupFile[] = []
  for (const name of names.sort().reverse()) {
    const [, day, hour, minute, second] = NAME.exec(name) ?? []
    if (day === undefined) continue
    const { size } = await stat(join(folder, name))
    files.push({ name, bytes: size, madeAt: `${day}T${hour}:${minute}:${second}.000Z` })
  }
  return files
}

/**
 * Makes a backup and reads it again, digest by digest. Only then are those removed that are older than the newest
 * `keep`; one that is not good is removed itself. Throws what went wrong.
 */
export async function makeVerified(
  dataDir: string,
  folder: string,
  { at, keep }: { at: string; keep: number },
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `skein-${at.slice(0, 19).replaceAll(':', '-')}Z.tar`)
  await backUp(dataDir, file, at)
  try {
    await verify(file)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
  for (const { name } of (await listBackups(folder)).slice(keep))
    await rm(join(folder, name), { force: true })
}
