import { hasEnded } from '@/lib/core/spec/run-status'
import type { App } from '@/lib/server/app/app'
import { createWatch, type Watch } from '@/lib/server/app/watch'
import { fetchOccasion } from './fetch-occasion'
import { handOverRun } from './hand-over'
import { planHandovers } from './plan'

/** Longest wait before the clock is read again: it may have been set meanwhile. */
const MOST_WAIT_MS = 60_000

/**
 * Hands over to GitHub what runs have left, beside all other work: a run's end waits for nothing of it. What is to be
 * done stands in the database before it is begun, so it is gone on with after a restart.
 */
export function createHandoverWatch(app: App, report: (error: unknown) => void): Watch {
  const ending = new AbortController()
  /** Does what is due. Gives the milliseconds until there is more; null where nothing will come by itself. */
  const work = async (isClosed: () => boolean): Promise<number | null> => {
    const { github, triggers } = app.store
    /** When each has more to do. What goes wrong with one holds up no other, and is tried again at the next look. */
    const times: (number | null)[] = []
    const note = async (act: () => Promise<number | null>) => {
      if (isClosed()) return
      const failed = (error: unknown) => {
        if (!isClosed()) report(error)
        return app.now() + MOST_WAIT_MS
      }
      times.push(await act().catch(failed))
    }
    for (const delivery of await triggers.fetchingDeliveries())
      await note(() => fetchOccasion(app, delivery, ending.signal))
    for (const { runId, project, target } of await github.unplannedRuns())
      await note(async () => {
        const within = app.within(project)
        const head = await within.store.loadHead(runId)
        if (head !== null && hasEnded(head.run.status)) await planHandovers(within, head.run, target)
        return null
      })
    const waiting = await github.openHandovers()
    for (const runId of new Set(waiting.map((one) => one.runId)))
      await note(async () => {
        const run = await github.findGithubRun(runId)
        return run === null ? null : handOverRun(app, run, { isClosed, report, signal: ending.signal })
      })
    const next = times.filter((at) => at !== null)
    return next.length === 0 ? null : Math.max(1, Math.min(...next) - app.now())
  }
  const watch = createWatch({ clock: app.clock, work, mostWaitMs: MOST_WAIT_MS, report })
  return {
    ...watch,
    close() {
      const closed = watch.close()
      ending.abort()
      return closed
    },
  }
}
