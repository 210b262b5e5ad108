import type { z } from 'zod'
import type { WorkflowRuns, workflowRunsQuerySchema } from '@/lib/api/runs'
import type { App } from '@/lib/server/app/app'
import { summaryOf } from '@/lib/server/app/overview'

/** Runs by the name of a workflow, newest first; those of a deleted workflow are still told. */
export async function runsOfWorkflow(
  app: App,
  name: string,
  { offset, limit }: z.infer<typeof workflowRunsQuerySchema>,
): Promise<WorkflowRuns> {
  const { runs, total } = await app.store.listRuns({
    statuses: null,
    workflow: name,
    text: null,
    offset,
    limit,
  })
  const next = offset + runs.length
  return {
    runs: runs.map((head) => {
      const live = app.engine.active(head.run.id)?.journal.state ?? head
      const { version = null, digest = '' } = live.run.workflow ?? {}
      return { ...summaryOf(live), version, digest }
    }),
    total,
    nextOffset: next < total ? next : null,
  }
}
