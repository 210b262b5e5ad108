import { systemActor } from '@/lib/core/base/actor'
import { keptBecause, type Retention } from '@/lib/core/spec/retention-rules'
import type { App } from '@/lib/server/app/app'
import { createWatch, type Watch } from '@/lib/server/app/watch'
import { isFault, problemOf, problems } from '@/lib/server/services/problem'
import { pruneFiles, removeRun } from '../changes/delete-run'
import { deliveriesBefore, judgedRuns, loadRetention, noteSwept } from './retention'

/** Wait between two looks. */
const LOOK_MS = 3_600_000

/** Deliveries of one transaction. */
const DELIVERIES_AT_ONCE = 200

/**
 * Deletes runs and deliveries that have passed their age, one after the other, between other work. A run that is at
 * work, or of which somebody has just begun something, is left for the next look.
 */
export function createRetentionSweep(app: App, report: (error: unknown) => void): Watch {
  const work = async (isClosed: () => boolean): Promise<number> => {
    const retention = await loadRetention(app.store)
    const runs = await sweepRuns(app, retention, isClosed)
    const deliveries = await sweepDeliveries(app, retention, isClosed)
    if (runs + deliveries > 0) await tell(app, { runs, deliveries })
    return LOOK_MS
  }
  return createWatch({ clock: app.clock, work, mostWaitMs: LOOK_MS, report })
}

async function sweepRuns(app: App, retention: Retention, isClosed: () => boolean): Promise<number> {
  const roots = new Set<string>()
  let deleted = 0
  for await (const { id, because } of judgedRuns(app, retention)) {
    if (isClosed()) break
    if (because !== null || !(await isStillDue(app, retention, id))) continue
    try {
      const root = await removeRun(app, id)
      if (root !== null) roots.add(root)
      deleted += 1
    } catch (error) {
      // It was taken up again meanwhile, or is gone.
      if (isFault(error) || problemOf(error).status === problems.busy.status) throw error
    }
  }
  for (const root of roots) app.pruning.add(pruneFiles(app, root))
  return deleted
}

/** Whether a run is to be deleted as it is now: it may have been tagged or shared since the runs were read. */
async function isStillDue(app: App, { rules }: Retention, id: string): Promise<boolean> {
  const now = app.now()
  const run = await app.store.retention.endedRun(id, new Date(now).toISOString())
  return run !== null && keptBecause(rules, run, now) === null
}

async function sweepDeliveries(app: App, retention: Retention, isClosed: () => boolean): Promise<number> {
  const before = deliveriesBefore(app, retention)
  if (before === null) return 0
  let deleted = 0
  for (let some = DELIVERIES_AT_ONCE; some >= DELIVERIES_AT_ONCE && !isClosed(); ) {
    some = await app.store.retention.deleteDeliveries(before, DELIVERIES_AT_ONCE)
    deleted += some
    await new Promise((resolve) => setImmediate(resolve))
  }
  return deleted
}

/** Says what was deleted: in the audit log, in the server's log, and where it is set. */
async function tell(app: App, swept: { runs: number; deliveries: number }): Promise<void> {
  await app.store.audit.append({
    at: new Date(app.now()).toISOString(),
    actor: systemActor,
    operation: 'sweepByAge',
    method: 'DELETE',
    path: '/api/retention',
    client: 'this server',
    details: swept,
  })
  await noteSwept(app, swept)
  app.note(`deleted by age: ${swept.runs} runs, ${swept.deliveries} deliveries`)
}
