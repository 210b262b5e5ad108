import { z } from 'zod'
import { overviewFrameSchema } from './first/overview'
import { schemaNames } from './schema-names'

/** `GET /api/models`: what can be asked for, by id or alias, and whether it has a price. */
export const modelsSchema = z
  .object({
    models: z.array(
      z.object({
        id: z.string(),
        alias: z.string().nullable(),
        priced: z.boolean(),
        fast: z.boolean(),
        maxOutputTokens: z.number().int(),
        /** When it can no longer be had, and what to ask for instead; null when no end is near. */
        retirement: z.string().nullable(),
        /** What the provider says of it today; null when it was not asked or does not know it. */
        listed: z.boolean().nullable(),
      }),
    ),
    defaultModel: z.string(),
  })
  .register(schemaNames, { id: 'Models' })
export type Models = z.infer<typeof modelsSchema>

/** `GET /api/limits`: slots, money of the day, and the provider's limits as its last answers told them. */
export const limitsReportSchema = overviewFrameSchema
  .pick({ slots: true, today: true, month: true, headroom: true })
  .register(schemaNames, { id: 'LimitsReport' })
export type LimitsReport = z.infer<typeof limitsReportSchema>
