import type { Changes } from '@/lib/api/changes'

/** A changed file as the API lists it. */
export type ChangedFile = Changes['files'][number]

/** A line of the list of changed files: a folder, or a file in the folder above it. */
export type FileRow = { kind: 'folder'; path: string } | { kind: 'file'; name: string; file: ChangedFile }

/** Changed files by folder, in order of their paths; the top folder's come first and have no line of a folder. */
export function fileRows(files: readonly ChangedFile[]): FileRow[] {
  const byFolder = new Map<string, ChangedFile[]>()
  for (const file of files) {
    const folder = folderOf(file.path)
    const known = byFolder.get(folder)
    if (known === undefined) byFolder.set(folder, [file])
    else known.push(file)
  }
  return [...byFolder.keys()].sort().flatMap((folder): FileRow[] => [
    ...(folder === '' ? [] : [{ kind: 'folder' as const, path: folder }]),
    ...(byFolder.get(folder) ?? [])
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map((file) => ({
        kind: 'file' as const,
        name: file.path.slice(folder.length).replace(/^\//, ''),
        file,
      })),
  ])
}

/** The files of a list in the order in which it shows them. */
export function shownFiles(rows: readonly FileRow[]): ChangedFile[] {
  return rows.flatMap((row) => (row.kind === 'file' ? [row.file] : []))
}

/** The path before or after another; the first where that one is not listed, null in an empty list. */
export function neighbourPath(
  files: readonly Pick<ChangedFile, 'path'>[],
  path: string | null,
  by: 1 | -1,
): string | null {
  const at = files.findIndex((file) => file.path === path)
  const next = at < 0 ? 0 : Math.min(files.length - 1, Math.max(0, at + by))
  return files[next]?.path ?? null
}

function folderOf(path: string): string {
  const at = path.lastIndexOf('/')
  return at < 0 ? '' : path.slice(0, at)
}
