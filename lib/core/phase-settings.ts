import { z } from 'zod'

/** Caps of one phase; null means none. They stand beside the run's: a turn has to fit under both. */
export const phaseLimitsSchema = z.object({
  nanoUsd: z.number().int().nonnegative().nullable().default(null),
  tokens: z.number().int().nonnegative().nullable().default(null),
  agents: z.number().int().positive().nullable().default(null),
})
export type PhaseLimits = z.infer<typeof phaseLimitsSchema>

export const noPhaseLimits: PhaseLimits = { nanoUsd: null, tokens: null, agents: null }
