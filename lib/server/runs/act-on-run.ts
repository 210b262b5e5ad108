import type { RetryInput } from '@/lib/api/fork'
import type { ApproveInput, RunPatch } from '@/lib/api/runs'
import type { Actor } from '@/lib/core/base/actor'
import type { RunHeader, Snapshot } from '@/lib/core/run/state'
import { oneByOne } from '@/lib/server/access/in-turn'
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
export function patchRun(app: App, runId: string, patch: RunPatch, actor: Actor): Promise<Snapshot> {
  return patchRunBy(app, runId, () => patch, actor)
}

/**
 * The same by what the run is at that moment. What a change leaves out stays as it is, so of two at once each has to see
 * the other.
 */
export async function patchRunBy(
  app: App,
  runId: string,
  patchOf: (run: RunHeader) => RunPatch,
  actor: Actor,
): Promise<Snapshot> {
  await oneByOne(app.whole, `run ${runId}`, async () => {
    const { run } = await getHead(app, runId)
    await patchNow(app, run, patchOf(run), actor)
  })
  return getRun(app, runId)
}

async function patchNow(app: App, run: RunHeader, patch: RunPatch, actor: Actor): Promise<void> {
  if (patch.limits !== undefined || patch.concurrency !== undefined) {
    const concurrency = patch.concurrency === undefined ? run.concurrency : patch.concurrency
    await app.engine.changeLimits(run.id, mergeLimits(run.limits, patch.limits ?? {}), concurrency, actor)
  }
  if (patch.title !== undefined || patch.tags !== undefined) {
    await app.engine.relabel(run.id, patch.title ?? run.title, patch.tags ?? run.tags, actor)
  }
}
