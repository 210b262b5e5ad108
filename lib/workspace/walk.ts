import { isUtf8 } from 'node:buffer'
import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { inOrder } from '@/lib/core/base/in-order'
import { type IgnoreRules, ignoreRules } from './ignore-rules'
import { locate } from './locate-path'
import type { PrivateNames } from './private-names'

/**
 * A file of a workspace: its path relative to the root (`/` between parts), its size in bytes, its change
 * time.
 */
export type WorkspaceFile = { path: string; size: number; modifiedMs: number }

/** What was found. `unlistedNames` are of entries that nothing can open, since their names are not UTF-8. */
type Walked = {
  files: WorkspaceFile[]
  isCut: boolean
  unlistedNames: { count: number; examples: readonly string[] }
}

const MOST_EXAMPLES = 20

type Rules = { names: PrivateNames; denied: readonly string[] }

/** Larger workspaces are cut here; the agents are told so. */
export const MOST_FILES = 200_000

/** What is looked at to find them, and how deep: nobody's own folders go on for ever. */
const MOST_ENTRIES = 1_000_000
const DEEPEST = 64

/** Where a walk stops: after so many files, or so many entries that it looked at. */
export type WalkLimits = { files: number; entries: number }
const usualLimits: WalkLimits = { files: MOST_FILES, entries: MOST_ENTRIES }

/** Names that are tried on the ignore rules before anybody else gets a turn. */
const AT_ONCE = 250
/** Files whose sizes are asked for at the same time. */
const LOOKED_AT_ONCE = 1_000

/**
 * All files that agents may see, sorted by path. Ignored and private ones are left out, and so are
 * `node_modules`. Folders behind links are not walked: inside the root they are found under their own name,
 * outside they are not of it. `onStep` hears each time that the folder has answered.
 */
export async function walk(
  root: string,
  rules: Rules,
  { files: mostFiles, entries: mostEntries }: WalkLimits = usualLimits,
  onStep: () => void = () => {},
): Promise<Walked> {
  const files: WorkspaceFile[] = []
  const examples: string[] = []
  const unlistedNames = { count: 0, examples }
  const open: { path: string; rules: IgnoreRules; depth: number }[] = [
    { path: '', rules: await ignoreRules(root), depth: 0 },
  ]
  let looked = 0
  let isTooDeep = false
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const { entries, unlisted } = await entriesOf(join(root, folder.path))
    onStep()
    unlistedNames.count += unlisted.length
    for (const name of unlisted.slice(0, MOST_EXAMPLES - examples.length))
      examples.push(pathIn(folder.path, name))
    const names = new Set(entries.map((entry) => entry.name))
    const inForce = folder.path === '' ? folder.rules : await folder.rules.enter(folder.path, names)
    const pathOf = (entry: Dirent) => pathIn(folder.path, entry.name)
    const tried = entries.slice(0, mostEntries - looked)
    looked += tried.length
    const seen = await filtered(tried, (entry) => isSeen(root, pathOf(entry), entry, inForce, rules))
    const folders = seen.filter((entry) => entry.isDirectory())
    if (folder.depth < DEEPEST)
      for (const entry of folders) open.push({ path: pathOf(entry), rules: inForce, depth: folder.depth + 1 })
    else isTooDeep ||= folders.length > 0
    const others = seen.filter((entry) => !entry.isDirectory())
    // One more than are listed tells that there are more.
    for (let at = 0; at < others.length && files.length <= mostFiles; at += LOOKED_AT_ONCE) {
      const some = others.slice(at, at + LOOKED_AT_ONCE)
      const found = await Promise.all(some.map((entry) => fileAt(root, pathOf(entry), entry, rules)))
      for (const file of found) if (file !== null) files.push(file)
      onStep()
    }
    if (looked >= mostEntries || files.length >= mostFiles) break
  }
  files.sort((a, b) => inOrder(a.path, b.path))
  const isCut = files.length > mostFiles || open.length > 0 || looked >= mostEntries || isTooDeep
  return { files: files.slice(0, mostFiles), isCut, unlistedNames }
}

/** The entries that pass. Others get their turn after each few: a folder may hold a million. */
async function filtered(entries: readonly Dirent[], passes: (entry: Dirent) => boolean): Promise<Dirent[]> {
  const passed: Dirent[] = []
  for (let at = 0; at < entries.length; at += AT_ONCE) {
    if (at > 0) await nextTurn()
    passed.push(...entries.slice(at, at + AT_ONCE).filter(passes))
  }
  return passed
}

async function entriesOf(folder: string): Promise<{ entries: Dirent[]; unlisted: string[] }> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    if (!entries.some(({ name }) => name.includes('\ufffd'))) return { entries, unlisted: [] }
    // Read again as bytes: a name that is not UTF-8 was made into another one, which nothing can be opened
    // by.
    const names = await readdir(folder, { encoding: 'buffer' })
    const undecodable = names.filter((name) => !isUtf8(name))
    const made = new Set(undecodable.map((name) => name.toString('utf8')))
    return { entries: entries.filter(({ name }) => !made.has(name)), unlisted: undecodable.map(escapedBytes) }
  } catch {
    // A folder that vanished or may not be read holds nothing for an agent.
    return { entries: [], unlisted: [] }
  }
}

/**
 * A name that is not UTF-8 as a line can show it: bytes beyond ASCII, control characters and `\` as `\xNN`.
 */
function escapedBytes(name: Buffer): string {
  const plain = (byte: number) => byte >= 0x20 && byte < 0x7f && byte !== 0x5c
  return [...name]
    .map((byte) => (plain(byte) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`))
    .join('')
}

function isSeen(root: string, path: string, entry: Dirent, inForce: IgnoreRules, rules: Rules): boolean {
  if (entry.name === 'node_modules' || rules.names.reason(path) !== null) return false
  if (rules.denied.includes(join(root, path))) return false
  return !inForce.ignores(path, entry.isDirectory())
}

async function fileAt(
  root: string,
  path: string,
  entry: Dirent,
  rules: Rules,
): Promise<WorkspaceFile | null> {
  if (entry.isSymbolicLink()) {
    const target = await locate(root, path, rules)
    return target.ok && target.kind === 'file' ? { path, size: target.size, modifiedMs: 0 } : null
  }
  if (!entry.isFile()) return null
  try {
    const info = await lstat(join(root, path))
    return { path, size: info.size, modifiedMs: info.mtimeMs }
  } catch {
    return null
  }
}

function pathIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
