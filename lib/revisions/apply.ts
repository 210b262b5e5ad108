import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readlink, rename, rmdir, symlink, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Conflict, fileModes } from '@/lib/core/agent/patch'
import type { StoredFiles } from './file-stores'
import { editTree, entryAt, modeOf, type TreeEdit } from './trees'

/** Whether changes can be written to a folder. The trees differ at the paths that are touched, as they are and will be. */
export type Fitted =
  | { kind: 'fits'; before: string; after: string; paths: string[] }
  /** Nothing can be written: the folder has changed at the same places, or holds something there that is kept from agents. */
  | { kind: 'conflict'; conflicts: readonly Conflict[] }

/** Changes that are written to a folder. */
export type ToApply = {
  /** The real path of the folder. */
  root: string
  base: string
  tree: string
  /** Why a path is kept from agents; null where it is not. */
  refusal(path: string): string | null
}

/** Fits the changes from one tree to another to what a folder holds by now, three-way. Writes nothing. */
export async function fitChanges(
  stored: StoredFiles,
  { root, base, tree, refusal }: ToApply,
  signal: AbortSignal,
): Promise<Fitted> {
  const paths = (await stored.trees.changes(base, tree)).map(({ path }) => path)
  const kept = paths.flatMap((path) => {
    const why = refusal(path)
    return why === null
      ? []
      : [{ path, kind: 'other' as const, detail: `It is not available, since ${why}.` }]
  })
  if (kept.length > 0) return { kind: 'conflict', conflicts: kept }
  const looked: Found[] = []
  // One after the other: of thousands of files not all are to be open, or in memory, at once.
  for (const path of paths) looked.push(await lookAt(root, path))
  const strange = looked.flatMap((found, at) =>
    found.kind === 'strange' ? [{ path: paths[at] ?? '', kind: 'other' as const, detail: found.why }] : [],
  )
  if (strange.length > 0) return { kind: 'conflict', conflicts: strange }
  const edits = await Promise.all(looked.map((found, at) => editOf(stored, paths[at] ?? '', found)))
  const before = await editTree(stored.repository.objects, base, edits)
  const { tree: after, conflicts } = await stored.trees.merge(base, before, tree, signal)
  if (conflicts.length > 0) return { kind: 'conflict', conflicts }
  return {
    kind: 'fits',
    before,
    after,
    paths: (await stored.trees.changes(before, after)).map(({ path }) => path),
  }
}

/**
 * Puts a folder back as it was before changes were written, unless it was changed at those places since. What was
 * never written, since the server was killed on the way, is as it was already.
 */
export async function undoChanges(
  stored: StoredFiles,
  root: string,
  { before, after }: { before: string; after: string },
): Promise<{ kind: 'undone'; paths: string[] } | { kind: 'changed'; paths: string[] }> {
  const paths = (await stored.trees.changes(before, after)).map(({ path }) => path)
  const changed: string[] = []
  const written: string[] = []
  for (const path of paths) {
    if (await isAs(stored, root, path, after)) written.push(path)
    else if (!(await isAs(stored, root, path, before))) changed.push(path)
  }
  if (changed.length > 0) return { kind: 'changed', paths: changed }
  await writePaths(stored, root, written, { from: after, to: before })
  return { kind: 'undone', paths }
}

type Found =
  | { kind: 'nothing' }
  | { kind: 'file'; bytes: Buffer; isLink: boolean; isExecutable: boolean }
  /** Something that no change is written over: a folder, a socket, a way through a link. */
  | { kind: 'strange'; why: string }

/** What lies at a path of a folder; no link is followed. */
async function lookAt(root: string, path: string): Promise<Found> {
  const parts = path.split('/')
  for (let count = 1; count < parts.length; count++) {
    const above = parts.slice(0, count).join('/')
    const info = await lstat(join(root, above)).catch(() => null)
    if (info === null) return { kind: 'nothing' }
    if (!info.isDirectory())
      return {
        kind: 'strange',
        why: `${above} is ${info.isSymbolicLink() ? 'a link' : 'a file'} there, not a folder.`,
      }
  }
  const absolute = join(root, path)
  const info = await lstat(absolute).catch(() => null)
  if (info === null) return { kind: 'nothing' }
  if (info.isSymbolicLink())
    return { kind: 'file', bytes: Buffer.from(await readlink(absolute)), isLink: true, isExecutable: false }
  if (!info.isFile())
    return {
      kind: 'strange',
      why: `There is ${info.isDirectory() ? 'a folder' : 'no plain file'} at this path.`,
    }
  const file = await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    return {
      kind: 'file',
      bytes: await file.readFile(),
      isLink: false,
      isExecutable: (info.mode & 0o100) !== 0,
    }
  } finally {
    await file.close()
  }
}

async function editOf({ repository }: StoredFiles, path: string, found: Found): Promise<TreeEdit> {
  if (found.kind !== 'file') return { path, file: null }
  return { path, file: { mode: modeOf(found), blob: await repository.objects.write('blob', found.bytes) } }
}

async function isAs(stored: StoredFiles, root: string, path: string, tree: string): Promise<boolean> {
  const [found, entry] = [await lookAt(root, path), await entryAt(stored.repository.objects, tree, path)]
  if (found.kind === 'strange') return false
  const there = (await editOf(stored, path, found)).file
  if (there === null || entry?.kind !== 'file') return there === null && entry === null
  return there.blob === entry.blob && there.mode === entry.mode
}

/**
 * Writes what was fitted. All of it or nothing: what was written before something failed is put back.
 */
export function writeFitted(
  stored: StoredFiles,
  root: string,
  { before, after, paths }: Extract<Fitted, { kind: 'fits' }>,
): Promise<void> {
  return writePaths(stored, root, paths, { from: before, to: after })
}

/** Makes these paths as the second tree has them; they have to be as the first one does. */
async function writePaths(
  stored: StoredFiles,
  root: string,
  paths: readonly string[],
  { from, to }: { from: string; to: string },
): Promise<void> {
  const done: string[] = []
  try {
    // What goes is first out of the way of what comes.
    for (const isGone of [true, false])
      for (const path of paths) {
        const entry = await entryAt(stored.repository.objects, to, path)
        if ((entry?.kind !== 'file') !== isGone) continue
        if (!(await isAs(stored, root, path, from))) throw new ChangedMeanwhile(path)
        done.push(path)
        await write(stored, root, path, to)
      }
  } catch (error) {
    for (const path of done.reverse()) await write(stored, root, path, from)
    throw error
  }
}

/** Somebody else wrote the file while changes were being written; all of them were put back. */
export class ChangedMeanwhile extends Error {
  constructor(readonly path: string) {
    super(`${path} changed while the changes were being written; nothing was kept of them.`)
    this.name = 'ChangedMeanwhile'
  }
}

async function write(
  { repository: { objects } }: StoredFiles,
  root: string,
  path: string,
  tree: string,
): Promise<void> {
  const absolute = join(root, path)
  const entry = await entryAt(objects, tree, path)
  if (entry?.kind !== 'file') {
    await unlink(absolute).catch(ignoreMissing)
    await removeEmpty(root, dirname(path))
    return
  }
  const bytes = (await objects.read(entry.blob))?.bytes
  if (bytes === undefined) throw new Error(`The contents of ${path} are not stored.`)
  await mkdir(dirname(absolute), { recursive: true })
  const unfinished = join(dirname(absolute), `.skein-${randomBytes(6).toString('hex')}`)
  try {
    if (entry.mode === fileModes.link) await symlink(bytes.toString('utf8'), unfinished)
    else {
      const file = await open(unfinished, 'wx', entry.mode === fileModes.executable ? 0o777 : 0o666)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
    }
    await rename(unfinished, absolute)
  } catch (error) {
    await unlink(unfinished).catch(ignoreMissing)
    throw error
  }
}

/** Folders that nothing is left in go with their last file, as git has it. */
async function removeEmpty(root: string, folder: string): Promise<void> {
  for (let at = folder; at !== '.' && at !== ''; at = dirname(at)) {
    const isGone = await rmdir(join(root, at)).then(
      () => true,
      () => false,
    )
    if (!isGone) return
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
