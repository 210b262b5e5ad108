import { type FileMode, fileModes, isFileMode } from '@/lib/core/agent/patch'
import type { ObjectType } from './loose-objects'
import type { ObjectReader } from './object-reader'

/** A file of a tree, by the object that holds its bytes. */
export type TreeFile = { path: string; mode: FileMode; blob: string }

/** What a path becomes: a file, or nothing any more. */
export type TreeEdit = { path: string; file: { mode: FileMode; blob: string } | null }

type Entry = { name: string; mode: string; object: string }

const FOLDER = '40000'

/** The tree without any file. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** Where objects are read and written. */
export type Objects = Pick<ObjectReader, 'read'> & {
  write(type: ObjectType, bytes: Uint8Array): Promise<string>
}

/** The entry at a path of a tree; null where there is none. */
export async function entryAt(
  objects: Objects,
  tree: string,
  path: string,
): Promise<{ kind: 'file'; mode: FileMode; blob: string } | { kind: 'folder'; tree: string } | null> {
  let at: { mode: string; object: string } = { mode: FOLDER, object: tree }
  for (const part of path === '' ? [] : path.split('/')) {
    if (at.mode !== FOLDER) return null
    const next = (await entriesOf(objects, at.object)).find(({ name }) => name === part)
    if (next === undefined) return null
    at = next
  }
  if (at.mode === FOLDER) return { kind: 'folder', tree: at.object }
  return isFileMode(at.mode) ? { kind: 'file', mode: at.mode, blob: at.object } : null
}

/** A tree with some of its files changed: only the folders on their paths are written again. */
export async function editTree(objects: Objects, tree: string, edits: readonly TreeEdit[]): Promise<string> {
  return (
    (await edited(
      objects,
      tree,
      edits.map(({ path, file }) => ({ parts: path.split('/'), file })),
    )) ?? emptyTree
  )
}

type Edit = { parts: readonly string[]; file: TreeEdit['file'] }

/** Null once nothing is left in the folder. */
async function edited(objects: Objects, tree: string | null, edits: readonly Edit[]): Promise<string | null> {
  const entries = new Map(
    (tree === null ? [] : await entriesOf(objects, tree)).map((entry) => [entry.name, entry]),
  )
  const deeper = new Map<string, Edit[]>()
  for (const { parts, file } of edits) {
    const [name = '', ...rest] = parts
    if (rest.length > 0) {
      deeper.set(name, [...(deeper.get(name) ?? []), { parts: rest, file }])
      continue
    }
    if (file === null) entries.delete(name)
    else entries.set(name, { name, mode: file.mode, object: file.blob })
  }
  for (const [name, below] of deeper) {
    const known = entries.get(name)
    const folder = known?.mode === FOLDER ? known.object : null
    const made = await edited(objects, folder, below)
    if (made !== null) entries.set(name, { name, mode: FOLDER, object: made })
    // A file in whose place nothing was put stays.
    else if (known === undefined || known.mode === FOLDER) entries.delete(name)
  }
  return entries.size === 0 ? null : objects.write('tree', formatTree([...entries.values()]))
}

async function entriesOf(objects: Objects, tree: string): Promise<Entry[]> {
  if (tree === emptyTree) return []
  const object = await objects.read(tree)
  if (object?.type !== 'tree') throw new Error(`The tree ${tree} is not stored.`)
  return parseTree(object.bytes)
}

/** The entries of a stored tree, as gitformat says: mode, name, NUL, and the twenty bytes of a name. */
function parseTree(bytes: Buffer): Entry[] {
  const entries: Entry[] = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at)
    const end = bytes.indexOf(0, space)
    entries.push({
      mode: bytes.toString('latin1', at, space),
      name: bytes.toString('utf8', space + 1, end),
      object: bytes.toString('hex', end + 1, end + 21),
    })
    at = end + 21
  }
  return entries
}

/** Entries stand in the order of their bytes, folders as though their names ended with a slash. */
function formatTree(entries: readonly Entry[]): Buffer {
  const keyed = entries.map((entry) => ({
    entry,
    key: Buffer.from(entry.mode === FOLDER ? `${entry.name}/` : entry.name),
  }))
  keyed.sort((one, other) => Buffer.compare(one.key, other.key))
  return Buffer.concat(
    keyed.flatMap(({ entry }) => [
      Buffer.from(`${entry.mode} ${entry.name}\0`),
      Buffer.from(entry.object, 'hex'),
    ]),
  )
}

/** The files that `git ls-tree -r -z` lists; what is no file (a submodule) is left out. */
export function listedFiles(output: string): TreeFile[] {
  return output.split('\0').flatMap((line) => {
    const match = /^(\d+) blob ([0-9a-f]{40})\t(.+)$/s.exec(line)
    const [, mode, blob, path] = match ?? []
    if (mode === undefined || blob === undefined || path === undefined) return []
    return isFileMode(mode) ? [{ path, mode, blob }] : []
  })
}

/** What a file is by its permissions: git knows no others. */
export function modeOf({ isLink, isExecutable }: { isLink: boolean; isExecutable: boolean }): FileMode {
  if (isLink) return fileModes.link
  return isExecutable ? fileModes.executable : fileModes.plain
}
