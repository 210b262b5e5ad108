import { realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { filesBelow } from './files-below'
import { isInside, locate } from './locate-path'
import { createPrivateNames } from './private-names'
import { readSmallFile } from './small-file'

/** Longest script that is read; as many bytes as a script may have characters, and then some for Unicode. */
const LARGEST_SCRIPT_BYTES = 8_000_000

/** Scripts looked at in one workspace; a folder with more holds something else. */
const MOST_SCRIPTS = 500

const folder = join('.claude', 'workflows')

/** Levels of folders below, and bytes of all scripts together. */
const DEEPEST = 6
const MOST_BYTES_IN_ALL = 64_000_000

/**
 * The workflow scripts that a workspace carries, by their path in `.claude/workflows`, sorted. Empty when it
 * has none.
 */
export async function readScripts(
  root: string,
  signal: AbortSignal,
): Promise<{ path: string; source: string }[]> {
  const place = await realpath(join(root, folder)).catch(() => null)
  // No folder, or none that may be read: a workspace without workflows is the usual case.
  if (place === null || !isInside(await realpath(root), place)) return []
  const paths = await filesBelow(place, { ending: '.js', deepest: DEEPEST, mostFiles: MOST_SCRIPTS, signal })
  const scripts: { path: string; source: string }[] = []
  let bytes = 0
  for (const path of paths.sort()) {
    signal.throwIfAborted()
    const source = await readSmallFile(
      join(place, path),
      Math.min(LARGEST_SCRIPT_BYTES, MOST_BYTES_IN_ALL - bytes),
    )
    if (source === null) continue
    bytes += source.length
    scripts.push({ path, source })
  }
  return scripts
}

/**
 * One script by its path in the workspace. Links are followed and must end inside; the problem is a sentence.
 */
export async function readScript(
  root: string,
  path: string,
): Promise<{ source: string } | { problem: string }> {
  const real = await realpath(root).catch(() => root)
  const located = await locate(real, path, { names: createPrivateNames({ root: real }), denied: [] })
  if (!located.ok) return { problem: `The workflow file ${located.reason}` }
  const source = located.kind === 'file' ? await readSmallFile(located.absolute, LARGEST_SCRIPT_BYTES) : null
  if (source !== null) return { source }
  return {
    problem: `The workflow file ${JSON.stringify(relative(real, located.absolute))} is not a readable file.`,
  }
}
