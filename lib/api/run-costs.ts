import { z } from 'zod'
import { tokenKinds } from '@/lib/core/money/pricing'
import { deliverySchema } from '@/lib/core/spec/run'
import { schemaNames } from './schema-names'

/**
 * `GET /api/runs/{id}/costs`: committed turns by phase, model and delivery, with what each was booked at when
 * it was committed.
 */
export const runCostsSchema = z
  .object({
    lines: z.array(
      z.object({
        phase: z.string(),
        model: z.string(),
        /** Streamed, or in batches at half the list price. */
        delivery: deliverySchema,
        turns: z.number().int(),
        /**
         * False for turns whose cost is not known: their model has no known price, or they did not say what
         * they used.
         */
        isPriced: z.boolean(),
        /**
         * False for answers that did not say what they used: their tokens are not known, what they probably
         * cost is unsettled.
         */
        isMetered: z.boolean().default(true),
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
    /** What turns probably cost that were interrupted, or did not say what they used. */
    unsettled: z.array(
      z.object({ phase: z.string(), model: z.string(), unsettledNanoUsd: z.number().int() }),
    ),
    totals: z.object({
      spentNanoUsd: z.number().int(),
      unsettledNanoUsd: z.number().int(),
      reservedNanoUsd: z.number().int(),
      turns: z.number().int(),
      unpricedTurns: z.number().int(),
      /** Turns that were cut before they had said a word, and what they cost; both are in the sums above. */
      wastedTurns: z.number().int().default(0),
      wastedNanoUsd: z.number().int().default(0),
    }),
  })
  .register(schemaNames, { id: 'RunCosts' })
export type RunCosts = z.infer<typeof runCostsSchema>

/** `GET /api/runs/{id}/sources`: the launched script, and every workflow it called, as they ran. */
export const runSourcesSchema = z
  .object({
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
  .register(schemaNames, { id: 'RunSources' })
export type RunSources = z.infer<typeof runSourcesSchema>
