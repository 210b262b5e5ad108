import { z } from 'zod'
import { checkpointBaseSchema } from '../agent/question'
import { actorSchema } from '../base/actor'
import { jsonSchema } from '../base/json'
import { timeSchema } from '../spec/run-status'

const base = checkpointBaseSchema
const over = { closedAt: timeSchema }

/** A question and its outcome. `unanswered` ones are over: their time ran out, or their run ended. */
export const checkpointSchema = z.discriminatedUnion('status', [
  base.extend({ status: z.literal('open') }),
  base.extend({
    status: z.literal('answered'),
    ...over,
    value: jsonSchema,
    by: z.enum(['person', 'default']),
    actor: actorSchema.nullable(),
  }),
  base.extend({ status: z.literal('unanswered'), ...over }),
])
export type Checkpoint = z.infer<typeof checkpointSchema>
