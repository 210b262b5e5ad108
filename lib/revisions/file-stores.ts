import { createHash } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Trees } from '@/lib/core/ports/revisions'
import type { Processes } from '@/lib/processes/processes'
import { type BlobFiles, createBlobFiles } from './blob-files'
import { type BlobSpool, createBlobSpool } from './blob-spool'
import { changesBetween, patchBetween } from './differences'
import { isThere } from './is-there'
import { createListings, type Listings } from './listings'
import { mergeTrees } from './merge-trees'
import { bytesIn, clearScratch, type Pruned, pruneRepository } from './prune'
import { openRepository, type Repository } from './repository'
import { entryAt } from './trees'

/** The stored files of one workspace: a repository of Skein's own, and what is known of its trees. */
export type StoredFiles = {
  repository: Repository
  listings: Listings
  blobs: BlobFiles
  spool: BlobSpool
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
  /** Notes that something of a workspace's files may be referred to by nobody; it outlives this process. */
  mark(root: string): Promise<void>
  /**
   * Removes what nothing of `names` leads to. Null, and nothing done, where somebody works there (`isBusy`) or
   * writes just now; the mark stays then. Whoever wants the files meanwhile waits.
   */
  prune(root: string, isBusy: () => boolean, names: () => Promise<string[]>): Promise<Pruned | null>
  /**
   * Removes the stores of workspaces that are not among these, and copies in the others' scratch; gives their bytes and which of the others are
   * marked. Only while nobody works.
   */
  sweep(roots: readonly string[]): Promise<{ removed: number; marked: string[] }>
  close(): void
}

/** Keeps the files of every workspace in a repository below `folder`; `processes`: by what git is started. */
export function createFileStores(folder: string, processes: Processes): FileStores {
  const opened = new Map<string, Promise<StoredFiles>>()
  const beingWritten = new Set<string>()
  /** Workspaces whose files are sorted out just now: whoever wants them waits. */
  const beingPruned = new Map<string, Promise<unknown>>()
  const placeOf = (root: string) => join(folder, nameOf(root))
  const stores: FileStores = {
    of(root) {
      const pruned = beingPruned.get(root)
      if (pruned !== undefined) return pruned.then(() => stores.of(root))
      const known = opened.get(root)
      if (known !== undefined) return known
      const stored = openRepository(placeOf(root), processes).then(storedFiles)
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
    async mark(root) {
      if (await isThere(placeOf(root))) await writeFile(join(placeOf(root), MARK), root)
    },
    async prune(root, isBusy, names) {
      if (beingWritten.has(root) || beingPruned.has(root) || isBusy()) return null
      const known = opened.get(root)
      opened.delete(root)
      const work = async () => {
        if (known !== undefined) (await known).repository.close()
        const repository = await openRepository(placeOf(root), processes)
        try {
          const pruned = await pruneRepository(repository, await names())
          await rm(join(placeOf(root), MARK), { force: true })
          return pruned
        } finally {
          repository.close()
        }
      }
      const pruning = work()
      beingPruned.set(
        root,
        pruning.catch(() => {}),
      )
      try {
        return await pruning
      } finally {
        beingPruned.delete(root)
      }
    },
    async sweep(roots) {
      const rootOf = new Map(roots.map((root) => [nameOf(root), root]))
      const marked: string[] = []
      let removed = 0
      for (const name of await readdir(folder).catch(() => [])) {
        const root = rootOf.get(name)
        if (root !== undefined) {
          if (await isThere(join(folder, name, MARK))) marked.push(root)
          await clearScratch(join(folder, name, 'scratch'))
          continue
        }
        removed += await bytesIn(join(folder, name))
        await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 })
      }
      return { removed, marked }
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
  return stores
}

/** A file in a store that says that there may be something to remove. */
const MARK = 'to-be-pruned'

/** The folder of a workspace's store. */
function nameOf(root: string): string {
  return `${createHash('sha256').update(root).digest('hex').slice(0, 24)}.git`
}

function storedFiles(repository: Repository): StoredFiles {
  return {
    repository,
    listings: createListings(repository),
    blobs: createBlobFiles(repository),
    spool: createBlobSpool(repository),
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
