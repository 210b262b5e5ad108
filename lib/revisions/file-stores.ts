import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Trees } from '@/lib/core/ports/revisions'
import { type BlobFiles, createBlobFiles } from './blob-files'
import { changesBetween, patchBetween } from './differences'
import { createListings, type Listings } from './listings'
import { mergeTrees } from './merge'
import { openRepository, type Repository } from './repository'
import { entryAt } from './trees'

/** The stored files of one workspace: a repository of Skein's own, and what is known of its trees. */
export type StoredFiles = {
  repository: Repository
  listings: Listings
  blobs: BlobFiles
  trees: Trees
}

/** The stored files of workspaces, each opened once. */
export type FileStores = {
  /** `root` is the real path of the workspace. */
  of(root: string): Promise<StoredFiles>
  /**
   * Does what writes to a workspace, unless something else does so just now: then it is not begun, and null is given.
   */
  alone<T>(root: string, work: () => Promise<T>): Promise<T | null>
  close(): void
}

/** Keeps the files of every workspace in a repository below `folder`. */
export function createFileStores(folder: string): FileStores {
  const opened = new Map<string, Promise<StoredFiles>>()
  const beingWritten = new Set<string>()
  return {
    of(root) {
      const known = opened.get(root)
      if (known !== undefined) return known
      const name = createHash('sha256').update(root).digest('hex').slice(0, 24)
      const stored = openRepository(join(folder, `${name}.git`)).then(storedFiles)
      opened.set(root, stored)
      stored.catch(() => opened.delete(root))
      return stored
    },
    async alone(root, work) {
      if (beingWritten.has(root)) return null
      beingWritten.add(root)
      try {
        return await work()
      } finally {
        beingWritten.delete(root)
      }
    },
    close() {
      for (const stored of opened.values())
        stored.then(
          ({ repository }) => repository.close(),
          () => {},
        )
      opened.clear()
    },
  }
}

function storedFiles(repository: Repository): StoredFiles {
  return {
    repository,
    listings: createListings(repository),
    blobs: createBlobFiles(repository),
    trees: {
      merge: (base, ours, theirs, signal) => mergeTrees(repository, [base, ours, theirs], { signal }),
      patch: (base, tree) => patchBetween(repository, base, tree),
      changes: (base, tree) => changesBetween(repository, base, tree),
      async read(tree, path) {
        const entry = await entryAt(repository.objects, tree, path)
        if (entry?.kind !== 'file') return null
        return (await repository.objects.read(entry.blob))?.bytes ?? null
      },
    },
  }
}
