import { type FileMode, fileModes } from '@/lib/core/agent/patch'
import type { StoredFiles } from '@/lib/revisions/file-stores'
import { editTree, entryAt, type TreeEdit } from '@/lib/revisions/trees'
import { type PathChecked, writablePath } from './writable-path'

/** The bytes of a file, and what it is. */
export type FileBytes = { bytes: Buffer; mode: FileMode }

/** The files of one agent, as its tools change them. */
export type FileChanges = {
  /** The files as they are after the changes so far. */
  readonly tree: string
  /** What a model's path means: relative to the root, or a sentence on why nothing may be written there. */
  place(path: string): PathChecked
  read(path: string): Promise<FileBytes | null>
  /** Whether there is a folder at a path. */
  isFolder(path: string): Promise<boolean>
  /** Makes changes together; gives the names of the contents, in the same order. */
  change(
    edits: readonly { path: string; bytes: Buffer | null; mode?: FileMode | undefined }[],
  ): Promise<(string | null)[]>
}

/**
 * Changes to a tree of a workspace's stored files. `refusal` says why a path is kept from agents, if it is.
 */
export function createFileChanges(
  { repository: { objects } }: StoredFiles,
  begun: string,
  { root, refusal }: { root: string; refusal(path: string): string | null },
): FileChanges {
  let tree = begun
  const fileAt = async (path: string): Promise<FileBytes | null> => {
    const entry = await entryAt(objects, tree, path)
    if (entry?.kind !== 'file') return null
    const object = await objects.read(entry.blob)
    return object === null ? null : { bytes: object.bytes, mode: entry.mode }
  }
  return {
    get tree() {
      return tree
    },
    place: (path) => writablePath(path, root, refusal),
    read: fileAt,
    isFolder: async (path) => (await entryAt(objects, tree, path))?.kind === 'folder',
    async change(edits) {
      const made: TreeEdit[] = []
      for (const { path, bytes, mode } of edits) {
        if (bytes === null) {
          made.push({ path, file: null })
          continue
        }
        const kept = mode ?? modeOf(await entryAt(objects, tree, path))
        made.push({ path, file: { mode: kept, blob: await objects.write('blob', bytes) } })
      }
      tree = await editTree(objects, tree, made)
      return made.map(({ file }) => file?.blob ?? null)
    },
  }
}

/** A file that is written again stays executable; a link becomes a file. */
function modeOf(entry: Awaited<ReturnType<typeof entryAt>>): FileMode {
  return entry?.kind === 'file' && entry.mode === fileModes.executable
    ? fileModes.executable
    : fileModes.plain
}
