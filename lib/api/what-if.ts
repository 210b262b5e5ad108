import { z } from 'zod'
import { schemaNames } from './schema-names'

const nano = z.number().int()

/** One way the same tokens could have been bought, and what it would have cost. */
const scenarioSchema = z.object({
  kind: z.enum(['as-it-was', 'model', 'fast', 'standard', 'batch', 'perfect-cache', 'no-cache']),
  /** The other model; null for the other kinds. */
  model: z.string().nullable(),
  /** Null when a price it needs is not known. */
  nanoUsd: nano.nullable(),
  /** Responses that would have been bought as they were. */
  unchangedTurns: z.number().int(),
})
export type ShownScenario = z.infer<typeof scenarioSchema>

/** `GET /api/costs/what-if` and `GET /api/runs/{id}/what-if`: the same tokens, bought otherwise. */
export const whatIfSchema = z
  .object({
    bookedNanoUsd: nano,
    turns: z.number().int(),
    /** Responses of models without a price, which are in none of this. */
    unpricedTurns: z.number().int(),
    scenarios: z.array(scenarioSchema),
  })
  .register(schemaNames, { id: 'WhatIf' })
export type WhatIfReport = z.infer<typeof whatIfSchema>

/** `GET /api/costs/outliers` and what was cut off, of one period. */
export const costNotesSchema = z
  .object({
    outliers: z.array(
      z.object({
        runId: z.string(),
        title: z.string(),
        workflow: z.string(),
        createdAt: z.string(),
        spentNanoUsd: nano,
        medianNanoUsd: nano,
        /** How many times its workflow's median. */
        times: z.number(),
      }),
    ),
    unsettled: z.object({
      turns: z.array(
        z.object({
          runId: z.string(),
          title: z.string(),
          agentId: z.string(),
          turn: z.number().int(),
          attempt: z.number().int(),
          at: z.string(),
          reason: z.string(),
          unsettledNanoUsd: nano,
        }),
      ),
      /** How many there are in all. */
      count: z.number().int(),
      /** Of deleted runs, run by run: their single turns went with their journals. */
      deleted: z.array(
        z.object({ runId: z.string(), title: z.string(), lastDay: z.string(), unsettledNanoUsd: nano }),
      ),
      deletedCount: z.number().int(),
      /** What the sums hold and no row shows: rows beyond the limits, and spending kept by day only. */
      unlistedNanoUsd: nano,
      /** The unsettled money of the period, which the rows and what is unlisted add up to. */
      totalNanoUsd: nano,
    }),
  })
  .register(schemaNames, { id: 'CostNotes' })
export type CostNotes = z.infer<typeof costNotesSchema>
