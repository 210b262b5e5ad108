import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { slashed } from './locate-path'

/** A place in a workspace that is kept from agents, relative to its root. */
export type KeptPlace = { path: string; kind: 'file' | 'folder' }

/** What is looked at, and what may be hidden: a program's sandbox is told each place by name. */
const MOST_ENTRIES = 300_000
const MOST_HIDDEN = 1_000
/** Installed packages hold no secrets of anybody here, and more files than all else. */
const passedOver: ReadonlySet<string> = new Set(['node_modules', '.venv', 'venv'])
/** History holds every secret that was ever committed, and its settings those of whoever cloned it. */
const alwaysHidden: ReadonlySet<string> = new Set(['.git', '.hg', '.svn'])

/**
 * All places of a folder that are kept from agents, for a program that is shown the folder as it is. Links are
 * not followed: where they lead is shown, or hidden, under its own name. Rejects with a sentence when there are
 * too many to be sure of.
 */
export async function keptPlaces(
  root: string,
  keptBack: (path: string) => string | null,
): Promise<KeptPlace[]> {
  const found: KeptPlace[] = []
  const open = ['']
  let looked = 0
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])
    looked += entries.length
    for (const entry of entries) {
      const path = slashed(folder === '' ? entry.name : join(folder, entry.name))
      const isFolder = entry.isDirectory()
      if (alwaysHidden.has(entry.name) || keptBack(path) !== null) {
        if (!entry.isSymbolicLink()) found.push({ path, kind: isFolder ? 'folder' : 'file' })
      } else if (isFolder && !passedOver.has(entry.name)) open.push(path)
    }
    if (looked > MOST_ENTRIES || found.length > MOST_HIDDEN)
      throw new Error('The workspace is too large to be sure that no secret in it is shown to a program.')
  }
  return found
}
