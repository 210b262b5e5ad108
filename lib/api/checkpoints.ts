import { z } from 'zod'
import { jsonSchema } from '@/lib/core/base/json'
import { checkpointSchema } from '@/lib/core/run/checkpoint'
import { approvedInputSchema } from './runs'
import { schemaNames } from './schema-names'

/** `GET /api/runs/{id}/checkpoints`: what a run has asked, in its order. */
export const checkpointListSchema = z
  .object({ checkpoints: z.array(checkpointSchema) })
  .register(schemaNames, { id: 'CheckpointList' })
export type CheckpointList = z.infer<typeof checkpointListSchema>

/**
 * `POST /api/runs/{id}/checkpoints/{checkpointId}`: any JSON that fits the question; yes or no when it has no
 * schema.
 */
export const checkpointAnswerSchema = z
  .strictObject({
    answer: jsonSchema,
    /**
     * How far the run may go from here before it asks again, beyond what it has bought and spent. Left out,
     * nothing changes.
     */
    approved: approvedInputSchema.optional(),
  })
  .register(schemaNames, { id: 'CheckpointAnswer' })
