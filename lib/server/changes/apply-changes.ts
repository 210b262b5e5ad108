import type { ApplyResult, BranchInput } from '@/lib/api/changes'
import type { Actor } from '@/lib/core/base/actor'
import { isNamed } from '@/lib/core/base/named-error'
import { defaultBranch } from '@/lib/core/run/branch-name'
import { hasEnded } from '@/lib/core/spec/run-status'
import { type ChangedMeanwhile, fitChanges, undoChanges, writeFitted } from '@/lib/revisions/apply'
import { makeBranch } from '@/lib/revisions/branch'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { filesOf, type RunWithFiles } from './changes'

/**
 * Writes what a run changed to its workspace: three-way with what it holds by now, all or nothing. What undoing it
 * needs is on record before the first byte is written, so a server that is killed on the way can still undo it.
 */
export async function apply(app: App, runId: string, actor: Actor): Promise<ApplyResult> {
  return alone(app, runId, ended, async ({ run, files, root, stored }) => {
    if (run.applied !== null)
      throw new Refusal(
        'conflict',
        run.applied.tree === files.tree
          ? 'These changes are in the workspace already. Undo takes them back.'
          : 'Earlier changes of this run are in the workspace. Undo them first: then all of them can be applied.',
      )
    const { keptBack } = await app.openFolder(root)
    const { base, tree } = files
    const fitted = await fitChanges(
      stored,
      { root, base, tree, refusal: keptBack },
      new AbortController().signal,
    )
    if (fitted.kind === 'conflict') return { kind: 'conflict', conflicts: [...fitted.conflicts] }
    const { before, after, paths } = fitted
    const touched = paths.length
    await app.engine.recordChanges(runId, { type: 'run.applied', tree, before, after, files: touched, actor })
    try {
      await writeFitted(stored, root, fitted)
    } catch (error) {
      await app.engine.recordChanges(runId, { type: 'run.apply-undone', files: touched, actor })
      return refusedMeanwhile(error)
    }
    return { kind: 'applied', files: touched }
  })
}

/** Puts the workspace back as it was before the changes were written, to the byte. */
export async function undoApply(app: App, runId: string, actor: Actor): Promise<{ files: number }> {
  return alone(app, runId, filesOf, async ({ run, root, stored }) => {
    if (run.applied === null)
      throw new Refusal('conflict', 'The changes of this run are not in the workspace.')
    await app.openFolder(root)
    const undone = await undoChanges(stored, root, run.applied).catch(refusedMeanwhile)
    if (undone.kind === 'changed')
      throw new Refusal(
        'conflict',
        `${named(undone.paths)} changed since: taking the changes back would lose that. Nothing was taken back.`,
      )
    await app.engine.recordChanges(runId, { type: 'run.apply-undone', files: undone.paths.length, actor })
    return { files: undone.paths.length }
  })
}

/** Puts what a run changed on a new branch of the workspace's repository; what is checked out stays as it is. */
export async function branchOff(app: App, runId: string, { branch }: BranchInput, actor: Actor) {
  return alone(app, runId, ended, async ({ run, files, root, stored }) => {
    await app.openFolder(root)
    const repository = await app.readers.checkedOut(root, app.folders.list())
    if (repository === null || files.head === null)
      throw new Refusal(
        'conflict',
        'The workspace is in no git repository with a commit that runs may open: take the patch instead.',
      )
    const made = await makeBranch(
      stored,
      { ...repository, head: files.head },
      {
        base: files.base,
        tree: files.tree,
        branch: branch ?? defaultBranch({ id: runId, title: run.title }),
        message: `${run.title}\n\nMade by the agents of the Skein run ${runId}.`,
        date: new Date(app.now()),
      },
      new AbortController().signal,
    )
    if (made.kind === 'refused') throw new Refusal('conflict', made.why)
    if (made.kind === 'conflict')
      throw new Refusal(
        'conflict',
        `The changes rest on files that were not committed when the run began (${named(made.paths)}), and do not fit the commit. Commit those first, or take the patch.`,
      )
    await app.engine.recordChanges(runId, {
      type: 'run.branched',
      branch: made.branch,
      commit: made.commit,
      tree: files.tree,
      actor,
    })
    return { branch: made.branch, commit: made.commit }
  })
}

async function ended(app: App, runId: string): Promise<RunWithFiles> {
  const found = await filesOf(app, runId)
  const { status } = found.run
  if (!hasEnded(status))
    throw new Refusal('conflict', `The run is ${status}: its changes can be taken once it has ended.`)
  return found
}

/**
 * Of two who press at once one is told to wait, and whoever comes next sees what the one before has done: the run is
 * read in here. Kept by the app, since each route may have modules of its own.
 */
async function alone<T>(
  app: App,
  runId: string,
  read: (app: App, runId: string) => Promise<RunWithFiles>,
  work: (found: RunWithFiles) => Promise<T>,
): Promise<T> {
  const { root } = await read(app, runId)
  const done = await app.fileStores.alone(root, async () => ({ value: await work(await read(app, runId)) }))
  if (done !== null) return done.value
  throw new Refusal(
    'conflict',
    'Somebody is writing changes to this workspace right now. Try again in a moment.',
  )
}

function refusedMeanwhile(error: unknown): never {
  if (isNamed<ChangedMeanwhile>(error, 'ChangedMeanwhile')) throw new Refusal('conflict', error.message)
  throw error
}

const MOST_NAMED = 3

function named(paths: readonly string[]): string {
  const rest = paths.length - MOST_NAMED
  return `${paths.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
