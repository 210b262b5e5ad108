import { lstat, readFile } from 'node:fs/promises'

/**
 * The text of a plain file of at most `mostBytes`; null when there is none. Links, pipes and devices are not read: a
 * workspace may name one like a file that is always looked for, and reading it would never end.
 */
export async function readSmallFile(path: string, mostBytes: number): Promise<string | null> {
  try {
    const info = await lstat(path)
    return info.isFile() && info.size <= mostBytes ? await readFile(path, 'utf8') : null
  } catch {
    return null
  }
}
