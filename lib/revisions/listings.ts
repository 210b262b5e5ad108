import type { FileMode } from '@/lib/core/agent/patch'
import { isFileMode } from '@/lib/core/agent/patch'
import type { Repository } from './repository'

/** A file of a tree, with how many bytes it has. */
export type ListedFile = { path: string; mode: FileMode; blob: string; size: number }

/** The files of trees, by path; the last few trees that were asked for are kept. */
export type Listings = {
  /** `near` is a tree that differs little from it and may be known already. */
  of(tree: string, near?: string): Promise<ReadonlyMap<string, ListedFile>>
}

/** So many trees are kept; a tree of 10,000 files takes about 2 MB. */
const MOST_KEPT = 40

export function createListings({ git, objects }: Repository): Listings {
  const kept = new Map<string, Promise<ReadonlyMap<string, ListedFile>>>()

  const listed = async (tree: string) => {
    const { output } = await git.run(['ls-tree', '-r', '-z', '--long', tree])
    return new Map(
      output
        .toString('utf8')
        .split('\0')
        .flatMap((line) => {
          const [, mode = '', blob, size, path] = /^(\d+) blob ([0-9a-f]{40}) +(\d+)\t(.+)$/s.exec(line) ?? []
          if (blob === undefined || path === undefined || !isFileMode(mode)) return []
          return [[path, { path, mode, blob, size: Number(size) }] as const]
        }),
    )
  }

  /** A listing that differs from a known one by what lies between their trees. */
  const changed = async (known: ReadonlyMap<string, ListedFile>, near: string, tree: string) => {
    const { output } = await git.run(['diff-tree', '-r', '-z', '--raw', '--no-renames', near, tree])
    const fields = output.toString('utf8').split('\0')
    const files = new Map(known)
    let isSorted = true
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const [, mode = '', , blob = ''] = (fields[at] ?? '').split(' ')
      const path = fields[at + 1] ?? ''
      if (!isFileMode(mode)) {
        files.delete(path)
        continue
      }
      isSorted &&= files.has(path)
      files.set(path, { path, mode, blob, size: (await objects.read(blob))?.bytes.length ?? 0 })
    }
    return isSorted ? files : new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)))
  }

  return {
    of(tree, near) {
      const known = kept.get(tree)
      if (known !== undefined) return known
      const close = near === undefined ? undefined : kept.get(near)
      const made =
        close === undefined || near === undefined
          ? listed(tree)
          : close.then((files) => changed(files, near, tree))
      kept.set(tree, made)
      made.catch(() => kept.delete(tree))
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_KEPT) break
        kept.delete(oldest)
      }
      return made
    },
  }
}
