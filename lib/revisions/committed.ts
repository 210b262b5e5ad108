import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Git } from './git'
import type { ListedFile } from './listings'
import type { Repository } from './repository'
import { listedFiles } from './trees'

/** Files larger than this are taken to differ where their bytes do; their line ends are not looked at. */
const LARGEST_COMPARED = 1_000_000

/**
 * How many files of a folder differ from the commit that is checked out there. A file that differs by its line
 * ends alone does not: git may have written them so. Null when the commit cannot be read: a shallow or partial
 * clone may not have it.
 */
export async function uncommittedFiles(
  { git, objects }: Repository,
  root: string,
  { head, objectsFolder, within }: { head: string; objectsFolder: string; within: string },
  files: ReadonlyMap<string, ListedFile>,
): Promise<number | null> {
  const borrowed = { alternates: objectsFolder }
  let committed: Map<string, string>
  try {
    const { output } = await git.run(['ls-tree', '-r', '-z', treeAt(head, within)], borrowed)
    committed = new Map(listedFiles(output.toString('utf8')).map(({ path, blob }) => [path, blob]))
  } catch {
    return null
  }
  let count = 0
  for (const [path, { blob, size }] of files) {
    const known = committed.get(path)
    committed.delete(path)
    if (known === blob) continue
    if (known === undefined || size > LARGEST_COMPARED) count += 1
    else if (!(await isSameText(git, objects, known, blob, objectsFolder))) count += 1
  }
  // What is committed and not among the visible files may be hidden from agents, or gone.
  for (const path of committed.keys()) if (await isGone(join(root, path))) count += 1
  return count
}

/** Names the tree of a folder of a commit; of the whole commit for ''. */
export function treeAt(head: string, within: string): string {
  return within === '' ? `${head}^{tree}` : `${head}:${within}`
}

/** Whether a stored file says the same as a committed one but for its CR LF line ends. */
export async function isSameText(
  git: Git,
  objects: Repository['objects'],
  committed: string,
  blob: string,
  objectsFolder: string,
): Promise<boolean> {
  const now = (await objects.read(blob))?.bytes
  if (now === undefined || !now.includes('\r\n')) return false
  const { output } = await git.run(['cat-file', 'blob', committed], { alternates: objectsFolder })
  return output.toString('latin1') === now.toString('latin1').replaceAll('\r\n', '\n')
}

async function isGone(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    () => true,
  )
}
