import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { isWithin } from './locate-path'
import { readSmallFile } from './small-file'
import type { WorkspaceFile } from './walk'

/**
 * Identity of a workspace's contents: the commit that is checked out, where there is one, and a digest over
 * path, size and change time of every visible file. Git itself is never started: even `git status` runs
 * filters and monitors that the workspace's own configuration names, and those are commands of the person who wrote
 * the workspace.
 */
export async function revisionOf(root: string, files: readonly WorkspaceFile[]): Promise<string> {
  const digest = createHash('sha256')
  for (const file of files) digest.update(`${file.path}\0${file.size}\0${file.modifiedMs}\0`)
  const contents = digest.digest('hex').slice(0, 24)
  const commit = await commitAt(root)
  return commit === null ? contents : `${commit.slice(0, 12)}+${contents}`
}

/**
 * What is checked out where a folder is. `within`: the folder's path in that repository; '' at its top. `branch` is null
 * where a commit itself is checked out; `index` is git's list of the files.
 */
export type CheckedOut = {
  head: string
  branch: string | null
  objectsFolder: string
  gitFolder: string
  index: string
  top: string
  within: string
}

/**
 * The commit that is checked out in a folder, and where its repository keeps its objects, read from the
 * repository's files; null outside of one, and before its first commit. A repository whose top lies above is found
 * as far up as folders may be opened: those inside `roots`.
 */
export async function checkedOut(root: string, roots: readonly string[] = []): Promise<CheckedOut | null> {
  for (let top = root; ; top = dirname(top)) {
    const found = await topAt(top)
    if (found !== null) return { ...found, within: relative(top, root).split(sep).join('/') }
    const isRepository = await stat(join(top, '.git')).then(
      () => true,
      () => false,
    )
    const above = dirname(top)
    if (isRepository || above === top || !(await isWithin(above, roots))) return null
  }
}

async function topAt(root: string): Promise<Omit<CheckedOut, 'within'> | null> {
  const head = await commitAt(root)
  if (head === null) return null
  const folder = await repositoryOf(root)
  const shared = await readLine(join(folder, 'commondir'))
  const common = shared === null ? folder : resolve(folder, shared)
  const branch = /^ref: refs\/heads\/(.+)$/.exec((await readLine(join(folder, 'HEAD'))) ?? '')?.[1] ?? null
  const objectsFolder = join(common, 'objects')
  return { head, branch, objectsFolder, gitFolder: common, index: join(folder, 'index'), top: root }
}

/** The commit in HEAD, read from the repository's files; null when there is none or it cannot be told. */
async function commitAt(root: string): Promise<string | null> {
  const folder = await repositoryOf(root)
  const head = await readLine(join(folder, 'HEAD'))
  if (head === null) return null
  if (commitShape.test(head)) return head
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1]
  if (ref === undefined || ref.includes('..')) return null
  const shared = await readLine(join(folder, 'commondir'))
  const common = shared === null ? folder : resolve(folder, shared)
  const loose = await readLine(join(common, ref))
  return loose !== null && commitShape.test(loose) ? loose : packedRef(common, ref)
}

const commitShape = /^([0-9a-f]{40}|[0-9a-f]{64})$/

/**
 * `.git` is the repository's folder, or in a worktree a file that names it. Only a digest of its contents is
 * used.
 */
async function repositoryOf(root: string): Promise<string> {
  const own = join(root, '.git')
  const pointer = /^gitdir: (.+)$/.exec((await readLine(own)) ?? '')?.[1]
  if (pointer === undefined) return own
  return isAbsolute(pointer) ? pointer : join(root, pointer)
}

async function packedRef(folder: string, ref: string): Promise<string | null> {
  const text = await readSmallFile(join(folder, 'packed-refs'), LARGEST_BYTES)
  const line = text?.split('\n').find((one) => one.endsWith(` ${ref}`))
  const commit = line?.slice(0, line.indexOf(' '))
  return commit !== undefined && commitShape.test(commit) ? commit : null
}

async function readLine(path: string): Promise<string | null> {
  return (await readSmallFile(path, LARGEST_BYTES))?.split('\n')[0]?.trim() ?? null
}

/** Room for the packed references of a large repository. */
const LARGEST_BYTES = 10_000_000
