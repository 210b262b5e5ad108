import type { Conflict, FileChange, Patch } from '../agent/patch'

/** What became of a three-way merge. The tree holds markers where there are conflicts. */
export type MergedTree = { tree: string; conflicts: readonly Conflict[] }

/** Trees of files, by their names, and what lies between them. Never touches a workspace. */
export type Trees = {
  /** The changes from `base` to `theirs`, made to `ours` as well. */
  merge(base: string, ours: string, theirs: string, signal: AbortSignal): Promise<MergedTree>
  /** What lies between two trees; null when they are the same. */
  patch(base: string, tree: string): Promise<Patch | null>
  /** Files that differ, sorted by path. */
  changes(base: string, tree: string): Promise<FileChange[]>
  /** A file's bytes; null where the tree has none at that path. */
  read(tree: string, path: string): Promise<Uint8Array | null>
}
