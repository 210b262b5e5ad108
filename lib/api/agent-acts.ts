import { z } from 'zod'
import { deliverySchema } from '@/lib/core/spec/run'
import { schemaNames } from './schema-names'

/** `POST /api/runs/{id}/agents/{agentId}/steer`: what the agent is told before its next turn. */
export const steerSchema = z
  .strictObject({
    message: z
      .string()
      .trim()
      .min(1, 'must say something')
      .max(20_000, 'must have at most 20,000 characters'),
  })
  .register(schemaNames, { id: 'Steer' })

/** `POST /api/runs/{id}/agents/{agentId}/retry`: asked as before, or with another bound and delivery. */
export const retryAgentSchema = z
  .strictObject({
    /**
     * Output tokens of a turn. More than a streamed turn may have is possible only in a batch, on models that
     * offer it.
     */
    maxTokens: z.number().int().positive().max(300_000, 'must be at most 300,000 tokens').optional(),
    delivery: deliverySchema.optional(),
  })
  .register(schemaNames, { id: 'RetryAgent' })
export type RetryAgent = z.infer<typeof retryAgentSchema>
