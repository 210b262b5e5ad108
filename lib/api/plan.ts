import { z } from 'zod'
import { limitsSchema, phaseSchema } from '@/lib/core/run'
import { plannedCallSchema } from './workflows'

const range = z.object({ low: z.number(), likely: z.number(), high: z.number() })

/**
 * `POST /api/estimate` (same body as a launch): what would run, before anything is paid. Ranges are null where nothing
 * is known to base them on; `basis` says in words where the numbers come from.
 */
export const planSchema = z.object({
  name: z.string(),
  description: z.string(),
  phases: z.array(phaseSchema),
  calls: z.array(plannedCallSchema),
  workspace: z.object({ root: z.string(), files: z.number().int(), bytes: z.number().int() }).nullable(),
  rows: z.array(
    z.object({
      phase: z.string(),
      model: z.string(),
      agents: range,
      tokens: range.nullable(),
      costNanoUsd: range.nullable(),
    }),
  ),
  agents: range.nullable(),
  costNanoUsd: range.nullable(),
  basis: z.string(),
  limits: limitsSchema,
  /** How many agents of the default model fly together under the dollar cap: every turn's worst case is held. */
  fliesTogether: z.number().int().nullable(),
  needsApproval: z.boolean(),
  simulated: z.boolean(),
  notes: z.array(z.string()),
})
export type Plan = z.infer<typeof planSchema>
