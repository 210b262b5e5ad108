import { sizeWords } from '@/lib/core/base/size-words'
import type { Pruned } from '@/lib/revisions/prune'
import type { App } from '@/lib/server/app/app'
import { getHead } from '../runs/read-run'

/** Names of objects in what is stored of a run. */
const OBJECT = /\b[0-9a-f]{40}\b/g

/**
 * Deletes a run, and of the files that were kept for it what no other run of its workspace refers to. Where another
 * run is at work there, that is done at the next deletion or start.
 */
export async function deleteRun(app: App, runId: string): Promise<void> {
  const root = await removeRun(app, runId)
  // The run is gone whatever comes of this; a person who deletes does not wait for it.
  if (root !== null) app.pruning.add(pruneFiles(app.whole, root))
}

/**
 * Deletes a run and leaves the files that were kept for it. Gives the folder of which there may be some to prune, which
 * is marked for the next start; null where it had none.
 */
export async function removeRun(app: App, runId: string): Promise<string | null> {
  const { run } = await getHead(app, runId)
  await app.engine.remove(runId)
  if (run.files === null || run.workspace === null) return null
  const { root } = run.workspace
  await app.fileStores.mark(root)
  return root
}

/** Removes what deletions before have left: workspaces of which no run is left, and those that were marked. */
export async function pruneAtStart(app: App): Promise<void> {
  app.pruning.add(app.store.retention.finishDeletions())
  const roots = await app.store.workspaceRoots()
  const { removed, marked } = await app.fileStores.sweep(roots)
  if (removed > 0) app.note(`removed ${sizeWords(removed)} of files that no run refers to`)
  for (const root of marked) app.pruning.add(pruneFiles(app, root))
}

/** Removes files that were kept for runs on a folder, of which no run of it tells any more. */
export async function pruneFiles(app: App, root: string): Promise<void> {
  const isBusy = () =>
    app.engine.activeRuns().some(({ journal }) => journal.state.run.workspace?.root === root)
  const names = async () => {
    const found = new Set<string>()
    for await (const text of app.store.filesNamed(root))
      for (const [name] of text.matchAll(OBJECT)) found.add(name)
    return [...found]
  }
  const pruned: Pruned | null = await app.fileStores.prune(root, isBusy, names)
  if (pruned === null) return
  app.note(
    `files kept for runs: ${sizeWords(pruned.before)} before, ${sizeWords(pruned.after)} after a deletion`,
  )
}
