import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isSameText, treeAt } from './committed'
import type { StoredFiles } from './file-stores'
import { mergeTrees } from './merge-trees'
import { editTree, emptyTree, entryAt, type TreeEdit } from './trees'

/**
 * Where a repository keeps its commits, the commit that is checked out there, and the workspace's path in it; '' at
 * its top.
 */
export type CheckedOut = { head: string; objectsFolder: string; gitFolder: string; within: string }

/** What became of making a commit of changes. */
export type Committed =
  | { kind: 'made'; commit: string }
  | { kind: 'conflict'; paths: string[] }
  | { kind: 'refused'; why: string }

/** What became of making a branch. */
export type Branched = Exclude<Committed, { kind: 'made' }> | { kind: 'made'; branch: string; commit: string }

/** Changes from one tree to another, and the words and the time of their commit. */
export type CommitOrder = { base: string; tree: string; message: string; date: Date }

/**
 * Makes a branch in a workspace's own repository: one commit on top of what is checked out there, with the
 * changes from one tree to another. Nothing that is checked out changes, and of the repository's configuration
 * nothing is run: the commit is made in Skein's store and handed over as a pack.
 */
export async function makeBranch(
  stored: StoredFiles,
  place: CheckedOut,
  { branch, ...order }: CommitOrder & { branch: string },
  signal: AbortSignal,
): Promise<Branched> {
  const isName = await stored.repository.git.run(['check-ref-format', '--branch', branch], {
    answers: [1, 128],
  })
  if (isName.code !== 0) return { kind: 'refused', why: `${JSON.stringify(branch)} is no name for a branch.` }
  const own = stored.repository.git.at(place.gitFolder)
  const there = await own.run(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`], {
    answers: [1, 128],
  })
  if (there.code === 0) return { kind: 'refused', why: `There is a branch ${branch} already.` }
  const made = await commitChanges(stored, place, order, signal)
  if (made.kind !== 'made') return made
  const { commit } = made
  await own.run(['update-ref', '-m', 'made by Skein', `refs/heads/${branch}`, commit, '0'.repeat(40)], {
    signal,
  })
  return { kind: 'made', branch, commit }
}

/**
 * Puts the commit of changes into a workspace's own repository, on top of what is checked out there, without a branch
 * that leads to it. The same order makes the same commit again.
 */
export async function commitChanges(
  stored: StoredFiles,
  { head, objectsFolder, gitFolder, within }: CheckedOut,
  { base, tree, message, date }: CommitOrder,
  signal: AbortSignal,
): Promise<Committed> {
  const { trees } = stored
  const { git, objects } = stored.repository
  const borrowed = { alternates: objectsFolder, signal }
  const committed = await git
    .text(['rev-parse', '--verify', '--end-of-options', treeAt(head, within)], borrowed)
    .catch(() => null)
  if (committed === null)
    return {
      kind: 'refused',
      why: 'The checked-out commit cannot be read, or has no such folder: fetch it first, if the clone is a partial one.',
    }
  const sides = await withCommittedLineEnds(stored, { base, tree, head, within }, objectsFolder)
  const merged = await mergeTrees(stored.repository, [sides.base, committed, sides.tree], borrowed)
  if (merged.conflicts.length > 0)
    return { kind: 'conflict', paths: merged.conflicts.map(({ path }) => path) }
  if (merged.tree === committed || (await trees.patch(base, tree)) === null)
    return { kind: 'refused', why: 'There is nothing to commit.' }
  const when = `${Math.floor(date.getTime() / 1000)} +0000`
  const whole = await inPlace(stored, { head, within, tree: merged.tree }, borrowed)
  const text = `tree ${whole}\nparent ${head}\nauthor Skein <skein@localhost> ${when}\ncommitter Skein <skein@localhost> ${when}\n\n${message}\n`
  const commit = await objects.write('commit', Buffer.from(text))
  const pack = await git.run(['pack-objects', '--stdout', '--revs', '-q'], {
    ...borrowed,
    input: `${commit}\n^${head}\n`,
  })
  await git.at(gitFolder).run(['unpack-objects', '-q'], { input: pack.output, signal })
  return { kind: 'made', commit }
}

/** The tree of a commit with one folder of it in the place of what was there. */
async function inPlace(
  { repository: { git, scratch } }: StoredFiles,
  { head, within, tree }: { head: string; within: string; tree: string },
  borrowed: { alternates: string; signal: AbortSignal },
): Promise<string> {
  if (within === '') return tree
  const index = join(scratch, `${randomBytes(6).toString('hex')}.index`)
  const options = { ...borrowed, index }
  try {
    await git.run(['read-tree', head], options)
    await git.run(['rm', '-r', '-q', '--cached', '--', within], options)
    if (tree !== emptyTree) await git.run(['read-tree', '-i', `--prefix=${within}/`, tree], options)
    return await git.text(['write-tree'], options)
  } finally {
    await rm(index, { force: true })
  }
}

/**
 * Both sides with the line ends that are committed: where git has written CR LF into the folder, and nothing
 * else differs, the commit has LF, and so do the changes to it.
 */
async function withCommittedLineEnds(
  { repository: { git, objects }, trees }: StoredFiles,
  { base, tree, head, within }: { base: string; tree: string; head: string; within: string },
  objectsFolder: string,
): Promise<{ base: string; tree: string }> {
  const edits: { base: TreeEdit[]; tree: TreeEdit[] } = { base: [], tree: [] }
  for (const { path, status } of await trees.changes(base, tree)) {
    const [before, after] = [await entryAt(objects, base, path), await entryAt(objects, tree, path)]
    if (before?.kind !== 'file') continue
    const blob = await git
      .text(['rev-parse', `${head}:${within === '' ? '' : `${within}/`}${path}`], {
        alternates: objectsFolder,
      })
      .catch(() => null)
    if (blob === null || !(await isSameText(git, objects, blob, before.blob, objectsFolder))) continue
    edits.base.push({ path, file: { mode: before.mode, blob } })
    if (status === 'deleted' || after?.kind !== 'file') continue
    const bytes = (await objects.read(after.blob))?.bytes ?? Buffer.alloc(0)
    const plain = Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    edits.tree.push({ path, file: { mode: after.mode, blob: await objects.write('blob', plain) } })
  }
  // The committed bytes are not among ours; the name of them is all that a merge compares them by.
  return {
    base: edits.base.length === 0 ? base : await editTree(objects, base, edits.base),
    tree: edits.tree.length === 0 ? tree : await editTree(objects, tree, edits.tree),
  }
}
