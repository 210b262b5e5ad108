import { and, asc, eq, isNull } from 'drizzle-orm'
import type { GithubStore } from '@/lib/core/ports/github-store'
import type { Queries } from '../open'
import { runs } from '../schema'
import { githubHandovers, githubRuns } from './schema'

/** What is handed over to GitHub of runs. */
export function createGithubStore(queries: Queries): GithubStore {
  const isThere = (within: Queries, runId: string) =>
    within.select({ id: runs.id }).from(runs).where(eq(runs.id, runId)).get() !== undefined
  return {
    async addGithubRun(run, handovers) {
      queries.transaction(
        (within) => {
          if (!isThere(within, run.runId)) return
          const added = within.insert(githubRuns).values(run).onConflictDoNothing().run().changes > 0
          if (!added || handovers.length === 0) return
          within
            .insert(githubHandovers)
            .values([...handovers])
            .onConflictDoNothing()
            .run()
        },
        { behavior: 'immediate' },
      )
    },

    async findGithubRun(runId) {
      return queries.select().from(githubRuns).where(eq(githubRuns.runId, runId)).get() ?? null
    },

    async unplannedRuns() {
      return queries
        .select()
        .from(githubRuns)
        .where(isNull(githubRuns.plannedAt))
        .orderBy(asc(githubRuns.addedAt))
        .all()
    },

    async planHandovers(runId, at, handovers) {
      queries.transaction(
        (within) => {
          if (!isThere(within, runId)) return
          within.update(githubRuns).set({ plannedAt: at }).where(eq(githubRuns.runId, runId)).run()
          if (handovers.length > 0)
            within
              .insert(githubHandovers)
              .values([...handovers])
              .onConflictDoNothing()
              .run()
        },
        { behavior: 'immediate' },
      )
    },

    async handoversOf(runId) {
      return queries.select().from(githubHandovers).where(eq(githubHandovers.runId, runId)).all()
    },

    async openHandovers() {
      return queries
        .select()
        .from(githubHandovers)
        .where(eq(githubHandovers.status, 'waiting'))
        .orderBy(asc(githubHandovers.updatedAt))
        .all()
    },

    async saveHandover(handover) {
      const { runId, kind, ...become } = handover
      const isMeant = and(eq(githubHandovers.runId, runId), eq(githubHandovers.kind, kind))
      return queries.update(githubHandovers).set(become).where(isMeant).run().changes > 0
    },
  }
}
