import { z } from 'zod'
import { tokenCountsSchema } from '../money/token-counts'
import { statusCountsSchema } from './agent-status'

export const totalsSchema = tokenCountsSchema.extend({
  /** Null as soon as the cost of one turn is not known; `spentNanoUsd` still sums the known ones. */
  costNanoUsd: z.number().int().nullable(),
  spentNanoUsd: z.number().int(),
  reservedNanoUsd: z.number().int(),
  unsettledNanoUsd: z.number().int(),
  /** Tokens that failed tries probably used; in none of the four counts. */
  unsettledTokens: z.number().int().default(0),
  unpricedTurns: z.number().int(),
  /** Answers that did not say what they used: what they probably did is unsettled. */
  unmeteredTurns: z.number().int().default(0),
  /** Turns of which nothing was of use, and what they cost; both are in the sums above. */
  wastedTurns: z.number().int().default(0),
  wastedNanoUsd: z.number().int().default(0),
  /** What the prompt cache saved, by what was booked; turns without a price are not in it. */
  cacheSavedNanoUsd: z.number().int().default(0),
  agents: statusCountsSchema,
  turns: z.number().int(),
  toolCalls: z.number().int(),
  retries: z.number().int(),
})
export type Totals = z.infer<typeof totalsSchema>
