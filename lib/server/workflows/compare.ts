import type { z } from 'zod'
import type { WorkflowDiff, workflowDiffQuerySchema } from '@/lib/api/workflows'
import type { WorkflowVersion } from '@/lib/core/run/workflow-store'
import { workflowName } from '@/lib/script/parse'
import type { App } from '@/lib/server/app/app'
import { type LineDiff, replaced } from '@/lib/server/services/line-diff'
import { Refusal } from '@/lib/server/services/problem'
import { noWorkflow } from './library'

/** What changed between two versions, line by line. */
export async function compareVersions(
  app: App,
  name: string,
  query: z.infer<typeof workflowDiffQuerySchema>,
): Promise<WorkflowDiff> {
  const saved = await app.store.workflows.findSaved(workflowName(name))
  if (saved === null) throw await noWorkflow(app, name)
  const version = async (wanted: number): Promise<WorkflowVersion> => {
    const found = await app.store.workflows.version(saved.id, wanted)
    if (found === null)
      throw new Refusal(
        'not-found',
        `${name} has no version ${wanted}. Its newest is ${saved.latest.version}.`,
      )
    return found
  }
  const [{ source: before, ...from }, { source: after, ...to }] = [
    await version(query.from),
    await version(query.to),
  ]
  return { from, to, ...(await differences(app, before, after)) }
}

/**
 * What changed between two texts; texts that would take too long to compare are shown as one replaced by the
 * other.
 */
export async function differences(app: App, before: string, after: string): Promise<LineDiff> {
  const owner = `diff ${app.digest(`${before}\0${after}`)}`
  return (await app.untrusted.diff(before, after, { owner })) ?? replaced(before, after)
}
