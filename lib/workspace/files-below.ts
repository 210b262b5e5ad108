import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { slashed } from './locate-path'

type Bounds = {
  /** Names end so. */
  ending: string
  /** Levels of folders below the first that are looked into. */
  deepest: number
  mostFiles: number
  signal: AbortSignal
}

/** Entries looked at in one walk, whatever they are: a folder of a million names holds something else. */
const MOST_ENTRIES = 50_000

/**
 * Plain files in a folder and those below it, by their paths in it (`/` between parts), each folder's own in
 * order. No link is followed: two that point at their own folder would be walked for ever. Rejects once the
 * signal says so.
 */
export async function filesBelow(
  folder: string,
  { ending, deepest, mostFiles, signal }: Bounds,
): Promise<string[]> {
  const files: string[] = []
  let looked = 0
  const walk = async (at: string, level: number): Promise<void> => {
    signal.throwIfAborted()
    const entries = await readdir(join(folder, at), { withFileTypes: true }).catch(() => [])
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      looked += 1
      if (files.length >= mostFiles || looked > MOST_ENTRIES) return
      const path = join(at, entry.name)
      if (entry.isDirectory() && level < deepest) await walk(path, level + 1)
      else if (entry.isFile() && entry.name.endsWith(ending)) files.push(slashed(path))
    }
  }
  await walk('', 0)
  return files
}
