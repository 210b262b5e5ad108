import { z } from 'zod'
import { schemaNames } from '../schema-names'

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']),
    provider: z.enum(['anthropic', 'simulator']),
    simulated: z.boolean(),
    activeRuns: z.number().int(),
    /** Model requests and tools at once, over all runs. */
    maxConcurrency: z.number().int(),
    detail: z.string().nullable(),
  })
  .register(schemaNames, { id: 'Health' })
export type Health = z.infer<typeof healthSchema>
