import { z } from 'zod'
import { jsonSchema } from '@/lib/core/base/json'
import { deliverySchema, effortSchema, runErrorSchema, speedSchema } from '@/lib/core/spec/run'
import { approvedInputSchema, limitsInputSchema } from './runs'
import { schemaNames } from './schema-names'

/** `POST /api/runs/{id}/fork` and its preview: what is different from the origin; nothing repeats it. */
export const forkSchema = z
  .strictObject({
    /** The script, edited. */
    script: z.string().min(1).max(2_000_000).optional(),
    args: jsonSchema.optional(),
    model: z.string().min(1).max(200).optional(),
    effort: effortSchema.optional(),
    /** Speed and delivery of the new calls. Changing them does not invalidate an answer that is reused. */
    speed: speedSchema.optional(),
    delivery: deliverySchema.optional(),
    limits: limitsInputSchema.optional(),
    concurrency: z.number().int().positive().max(10_000).nullable().optional(),
    onLimit: z.enum(['pause', 'end']).optional(),
    title: z.string().trim().min(1).max(200).optional(),
    /** Single agents of the origin that are asked otherwise. */
    agents: z
      .array(
        z.strictObject({
          agentId: z.string().min(1).max(200),
          prompt: z.string().min(1).max(2_000_000).optional(),
          model: z.string().min(1).max(200).optional(),
        }),
      )
      .max(100)
      .optional(),
    /** True reads the folder as it is now; otherwise answers about its earlier state are reused. */
    refreshWorkspace: z.boolean().optional(),
    /** How much somebody approved to buy; the fork asks before it passes that. */
    approved: approvedInputSchema.optional(),
  })
  .register(schemaNames, { id: 'Fork' })
export type ForkInput = z.infer<typeof forkSchema>

const nano = z.number().int()

/** What a fork would reuse and buy, as a run on a simulator showed. */
export const forkPreviewSchema = z
  .object({
    reused: z.object({ calls: z.number().int(), costNanoUsd: nano }),
    toRun: z.object({
      calls: z.number().int(),
      /** Null when nothing comparable has a known price. */
      costNanoUsd: z.object({ low: nano, likely: nano, high: nano }).nullable(),
      phases: z.array(z.object({ phase: z.string(), calls: z.number().int() })),
    }),
    basis: z.string(),
    /** False when the preview was stopped before the end: there may be more to run. */
    isWhole: z.boolean(),
    /** What the script would throw; null when it comes to its end. */
    error: runErrorSchema.nullable(),
  })
  .register(schemaNames, { id: 'ForkPreview' })
export type ForkPreview = z.infer<typeof forkPreviewSchema>

/** `POST /api/runs/{id}/retry-failed`: limits may be raised with it. */
export const retrySchema = z
  .strictObject({ limits: limitsInputSchema.optional() })
  .register(schemaNames, { id: 'Retry' })
export type RetryInput = z.infer<typeof retrySchema>
