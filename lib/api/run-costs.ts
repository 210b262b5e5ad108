import { z } from 'zod'
import { tokenKinds } from '@/lib/core/pricing'
import { deliverySchema } from '@/lib/core/run'

/** `GET /api/runs/{id}/costs`: committed turns by phase, model and delivery, with what each was booked at when it was committed. */
export const runCostsSchema = z.object({
  lines: z.array(
    z.object({
      phase: z.string(),
      model: z.string(),
      /** Streamed, or in batches at half the list price. */
      delivery: deliverySchema,
      turns: z.number().int(),
      /** False for turns of a model without a known price: their tokens count, their cost is unknown. */
      isPriced: z.boolean(),
      /** What the prompt cache saved, by what was booked; null without a price. */
      cacheSavedNanoUsd: z.number().int().nullable(),
      kinds: z.array(
        z.object({
          kind: z.enum(tokenKinds),
          /** Tokens, or searches for `webSearch`. */
          count: z.number().int(),
          costNanoUsd: z.number().int().nullable(),
        }),
      ),
    }),
  ),
  /** What interrupted turns probably cost. */
  unsettled: z.array(z.object({ phase: z.string(), model: z.string(), unsettledNanoUsd: z.number().int() })),
  totals: z.object({
    spentNanoUsd: z.number().int(),
    unsettledNanoUsd: z.number().int(),
    heldNanoUsd: z.number().int(),
    turns: z.number().int(),
    unpricedTurns: z.number().int(),
  }),
})
export type RunCosts = z.infer<typeof runCostsSchema>

/** `GET /api/runs/{id}/sources`: the launched script, and every workflow it called, as they ran. */
export const runSourcesSchema = z.object({
  sources: z.array(
    z.object({
      name: z.string(),
      digest: z.string().nullable(),
      /** Call scopes it ran in; '' for the launched script. */
      scopes: z.array(z.string()),
      source: z.string(),
    }),
  ),
})
export type RunSources = z.infer<typeof runSourcesSchema>
