import { z } from 'zod'
import { countBases, tokenBases } from '@/lib/core/estimate'
import { limitsSchema, phaseSchema, runErrorSchema } from '@/lib/core/run'
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
      tokens: range,
      costNanoUsd: range.nullable(),
      /** Of one agent. */
      secondsEach: range,
      countBasis: z.enum(countBases),
      tokenBasis: z.enum(tokenBases),
    }),
  ),
  agents: range.nullable(),
  costNanoUsd: range.nullable(),
  basis: z.string(),
  /** The same work delivered in four ways; empty when nothing is known to run. */
  deliveries: z.array(
    z.object({
      kind: z.enum(['sequential', 'parallel', 'fast', 'batch']),
      costNanoUsd: z.number().int().nullable(),
      seconds: z.number(),
      note: z.string().nullable(),
    }),
  ),
  recommendation: z.string(),
  /** What playing it on the simulator showed; null when it was not played. */
  rehearsal: z
    .object({
      agents: z.number().int(),
      retries: z.number().int(),
      isWhole: z.boolean(),
      error: runErrorSchema.nullable(),
    })
    .nullable(),
  /** Earlier runs the numbers rest on. */
  historyRuns: z.number().int(),
  limits: limitsSchema,
  /** How many agents of the default model fly together under the dollar cap: every turn's worst case is held. */
  fliesTogether: z.number().int().nullable(),
  needsApproval: z.boolean(),
  simulated: z.boolean(),
  notes: z.array(z.string()),
})
export type Plan = z.infer<typeof planSchema>

/** `?rehearse=1` plays the launch on a simulator first, which takes seconds and gives the number of agents. */
export const planQuerySchema = z.object({ rehearse: z.enum(['0', '1']).default('0') })
