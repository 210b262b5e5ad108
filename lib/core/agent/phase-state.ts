import { z } from 'zod'
import { phaseSchema, timeSchema } from '../spec/run-status'
import { statusCountsSchema } from './agent-status'

export const phaseStateSchema = phaseSchema.extend({
  counts: statusCountsSchema,
  spentNanoUsd: z.number().int(),
  /** Milliseconds on its clock, without the stretch that goes on. */
  workedMs: z.number().default(0),
  /** When its clock was started; null while it is stopped. */
  workingSince: timeSchema.nullable().default(null),
})
export type PhaseState = z.infer<typeof phaseStateSchema>
