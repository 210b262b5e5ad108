import { readdir, realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { isInside, locate, slashed } from './containment'
import { createPrivateNames } from './private-names'
import { readSmallFile } from './small-file'

/** Longest script that is read; as many bytes as a script may have characters, and then some for Unicode. */
const LARGEST_SCRIPT_BYTES = 8_000_000

/** Scripts looked at in one workspace; a folder with more holds something else. */
const MOST_SCRIPTS = 500

const folder = join('.claude', 'workflows')

/** The workflow scripts that a workspace carries, by their path in `.claude/workflows`, sorted. Empty when it has none. */
export async function readScripts(root: string): Promise<{ path: string; source: string }[]> {
  const place = join(root, folder)
  let entries: string[]
  try {
    if (!isInside(await realpath(root), await realpath(place))) return []
    entries = await readdir(place, { recursive: true })
  } catch {
    // No folder, or none that may be read: a workspace without workflows is the usual case.
    return []
  }
  const names = entries.filter((name) => name.endsWith('.js')).sort()
  const scripts: { path: string; source: string }[] = []
  for (const name of names.slice(0, MOST_SCRIPTS)) {
    const source = await readSmallFile(join(place, name), LARGEST_SCRIPT_BYTES)
    if (source !== null) scripts.push({ path: slashed(name), source })
  }
  return scripts
}

/** One script by its path in the workspace. Links are followed and must end inside; the problem is a sentence. */
export async function readScript(root: string, path: string): Promise<{ source: string } | { problem: string }> {
  const real = await realpath(root).catch(() => root)
  const located = await locate(real, path, { names: createPrivateNames([]), denied: [] })
  if (!located.ok) return { problem: `The workflow file ${located.reason}` }
  const source = located.kind === 'file' ? await readSmallFile(located.absolute, LARGEST_SCRIPT_BYTES) : null
  if (source !== null) return { source }
  return { problem: `The workflow file ${JSON.stringify(relative(real, located.absolute))} is not a readable file.` }
}
