import { z } from 'zod'
import { jsonSchema } from '@/lib/core/json'
import { phaseSchema } from '@/lib/core/run'

/** One `agent()` call in the source. `many` when it stands in a loop or a callback. */
export const plannedCallSchema = z.object({
  line: z.number().int(),
  column: z.number().int(),
  phase: z.string().nullable(),
  label: z.string().nullable(),
  model: z.string().nullable(),
  multiplicity: z.enum(['one', 'many']),
  hasSchema: z.boolean(),
})
export type PlannedCall = z.infer<typeof plannedCallSchema>

export const workflowSummarySchema = z.object({
  name: z.string(),
  description: z.string(),
  whenToUse: z.string().nullable(),
  phases: z.array(phaseSchema),
  source: z.enum(['built-in', 'saved']),
})
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>

export const workflowListSchema = z.object({ workflows: z.array(workflowSummarySchema) })

/** `GET /api/workflows/{name}`: everything about one workflow, with its plan as read from the syntax tree. */
export const workflowDetailSchema = workflowSummarySchema.extend({
  script: z.string(),
  digest: z.string(),
  argsSchema: jsonSchema.nullable(),
  calls: z.array(plannedCallSchema),
})
export type WorkflowDetail = z.infer<typeof workflowDetailSchema>
