import { z } from 'zod'
import { runSummarySchema } from './runs'
import { schemaNames } from './schema-names'

export const workflowRunsQuerySchema = z.object({
  offset: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(200).default(25),
})

/** A run of a workflow, and which source it ran. */
export const workflowRunSchema = runSummarySchema.extend({
  version: z.number().int().nullable(),
  digest: z.string(),
})
export type WorkflowRunSummary = z.infer<typeof workflowRunSchema>

/** `GET /api/workflows/{name}/runs`. */
export const workflowRunsSchema = z
  .object({
    runs: z.array(workflowRunSchema),
    total: z.number().int(),
    nextOffset: z.number().int().nullable(),
  })
  .register(schemaNames, { id: 'WorkflowRuns' })
export type WorkflowRuns = z.infer<typeof workflowRunsSchema>
