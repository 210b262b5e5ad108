import type { ApplyResult, BranchInput } from '@/lib/api/changes'
import type { Actor } from '@/lib/core/base/actor'
import { isNamed } from '@/lib/core/base/named-error'
import { defaultBranch } from '@/lib/core/run/branch-name'
import { hasEnded } from '@/lib/core/spec/run'
import { applyChanges, type ChangedMeanwhile, undoChanges } from '@/lib/revisions/apply'
import { makeBranch } from '@/lib/revisions/branch'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { checkedOut } from '@/lib/workspace/revision'
import { filesOf, type RunWithFiles } from './changes'

/** Workspaces that are being written to: of two who press at once, one is told to wait. */
const beingWritten = new Set<string>()

/** Writes what a run changed to its workspace: three-way with what it holds by now, all or nothing. */
export async function apply(app: App, runId: string, actor: Actor): Promise<ApplyResult> {
  return alone(await ended(app, runId), async ({ run, files, root, stored }) => {
    if (run.applied !== null && run.applied.tree === files.tree)
      throw new Refusal('conflict', 'These changes are in the workspace already. Undo takes them back.')
    const { keptBack } = await app.openWorkspace(root)
    const base = run.applied?.tree ?? files.base
    const applied = await applyChanges(
      stored,
      { root, base, tree: files.tree, refusal: keptBack },
      new AbortController().signal,
    ).catch(refusedMeanwhile)
    if (applied.kind === 'conflict') return { kind: 'conflict', conflicts: [...applied.conflicts] }
    const { before, after, paths } = applied
    await app.engine.recordChanges(runId, {
      type: 'run.applied',
      tree: files.tree,
      before,
      after,
      files: paths.length,
      actor,
    })
    return { kind: 'applied', files: paths.length }
  })
}

/** Puts the workspace back as it was before the changes were written, to the byte. */
export async function undoApply(app: App, runId: string, actor: Actor): Promise<{ files: number }> {
  return alone(await filesOf(app, runId), async ({ run, root, stored }) => {
    if (run.applied === null)
      throw new Refusal('conflict', 'The changes of this run are not in the workspace.')
    await app.openWorkspace(root)
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
  return alone(await ended(app, runId), async ({ run, files, root, stored }) => {
    await app.openWorkspace(root)
    const repository = await checkedOut(root)
    if (repository === null || files.head === null)
      throw new Refusal(
        'conflict',
        'The workspace is not the top of a git repository with a commit: take the patch instead.',
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

async function alone<T>(found: RunWithFiles, work: (found: RunWithFiles) => Promise<T>): Promise<T> {
  const { root } = found
  if (beingWritten.has(root))
    throw new Refusal(
      'conflict',
      'Somebody is writing changes to this workspace right now. Try again in a moment.',
    )
  beingWritten.add(root)
  try {
    return await work(found)
  } finally {
    beingWritten.delete(root)
  }
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
