import type { RetryInput } from '@/lib/api/fork'
import type { ApproveInput, RunPatch } from '@/lib/api/runs'
import type { Actor } from '@/lib/core/base/actor'
import type { Snapshot } from '@/lib/core/run/state'
import type { App } from '@/lib/server/app/app'
import { noteApproval } from './launch'
import { approvedOf, mergeLimits } from './launch-request'
import { getHead, getRun } from './read-run'

/** Verbs a person says to a run, by the last part of their URL. */
export const runActions = {
  async approve(app: App, runId: string, actor: Actor, { approved }: ApproveInput = {}) {
    const { run } = await getHead(app, runId)
    if (run.workspace !== null) await app.requireAllowed(run.workspace.root)
    await app.engine.approve(runId, actor, approved === undefined ? undefined : approvedOf(approved))
    await noteApproval(app)
  },
  pause: (app: App, runId: string, actor: Actor) => app.engine.pause(runId, actor),
  resume: (app: App, runId: string, actor: Actor) => app.engine.resume(runId, actor),
  cancel: (app: App, runId: string, actor: Actor) => app.engine.cancel(runId, actor),
} as const

/** Tries the failed agents of an ended run again, in the same run. Returns the run as it is then. */
export async function retryFailed(
  app: App,
  runId: string,
  { limits }: RetryInput,
  actor: Actor,
): Promise<Snapshot> {
  const { run } = await getHead(app, runId)
  if (run.workspace !== null) await app.requireAllowed(run.workspace.root)
  await app.engine.retryFailed(runId, limits === undefined ? null : mergeLimits(run.limits, limits), actor)
  return getRun(app, runId)
}

/** Changes limits, slots, title or tags of a run. Returns the run as it is then. */
export async function patchRun(app: App, runId: string, patch: RunPatch, actor: Actor): Promise<Snapshot> {
  const { run } = await getHead(app, runId)
  if (patch.limits !== undefined || patch.concurrency !== undefined) {
    const concurrency = patch.concurrency === undefined ? run.concurrency : patch.concurrency
    await app.engine.changeLimits(runId, mergeLimits(run.limits, patch.limits ?? {}), concurrency, actor)
  }
  if (patch.title !== undefined || patch.tags !== undefined) {
    await app.engine.relabel(runId, patch.title ?? run.title, patch.tags ?? run.tags, actor)
  }
  return getRun(app, runId)
}
