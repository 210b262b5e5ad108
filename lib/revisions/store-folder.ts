import type { OpenedFiles } from '@/lib/core/ports/ports'
import { uncommittedFiles } from './committed'
import type { StoredFiles } from './file-stores'
import { snapshot } from './snapshot'

/** Larger files are left where they lie: agents may read them there, and change none. In bytes. */
export const LARGEST_STORED = 200_000_000

/**
 * Stores files of a folder as they are now, and says how they differ from the commit that is checked out
 * there. The folder is only read, and git is never run in it.
 */
export async function storeFolder(
  { repository, listings }: StoredFiles,
  root: string,
  paths: readonly string[],
  checkedOut: { head: string; objectsFolder: string; within: string } | null,
  signal: AbortSignal,
): Promise<OpenedFiles> {
  const { tree, unreadable } = await snapshot(repository, root, paths, signal)
  const files = await listings.of(tree)
  const dirty = checkedOut === null ? null : await uncommittedFiles(repository, root, checkedOut, files)
  return { tree, head: checkedOut?.head ?? null, dirty, unreadable }
}
