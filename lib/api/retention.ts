import { z } from 'zod'
import { retentionSchema } from '@/lib/core/spec/retention-rules'
import { schemaNames } from './schema-names'

/** What the last sweep that deleted anything has deleted. */
export const sweptSchema = z.object({
  at: z.string(),
  runs: z.number().int(),
  deliveries: z.number().int(),
})

/** `PUT /api/retention`, and what is previewed: without rules and days everything is kept. */
export const retentionInputSchema = retentionSchema.register(schemaNames, { id: 'RetentionInput' })
export type RetentionInput = z.input<typeof retentionInputSchema>

/** `GET /api/retention`. */
export const retentionShownSchema = z
  .object({ ...retentionSchema.shape, swept: sweptSchema.nullable() })
  .register(schemaNames, { id: 'Retention' })
export type RetentionShown = z.infer<typeof retentionShownSchema>

/** `POST /api/retention/preview`: what would be deleted now. */
export const retentionPreviewSchema = z
  .object({
    runs: z.number().int(),
    /** What their rows hold in the database, beside the files kept for them. */
    bytes: z.number().int(),
    /** Whether only some of them were measured. */
    isEstimated: z.boolean(),
    /** Runs that are old enough and stay: tagged, shared by a link, or what a run at work begins with. */
    kept: z.object({ tag: z.number().int(), shared: z.number().int(), origin: z.number().int() }),
    /** Deliveries of webhooks and of triggers. */
    deliveries: z.number().int(),
  })
  .register(schemaNames, { id: 'RetentionPreview' })
export type RetentionPreview = z.infer<typeof retentionPreviewSchema>
