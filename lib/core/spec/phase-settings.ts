import { z } from 'zod'

/**
 * Caps of one phase; null means none. They apply in addition to the run's: a turn has to fit under both.
 * `wallClockSeconds` bounds the time in which the run was running and the phase was open, as `withClock`
 * counts it.
 */
export const phaseLimitsSchema = z.object({
  nanoUsd: z.number().int().nonnegative().nullable().default(null),
  tokens: z.number().int().nonnegative().nullable().default(null),
  agents: z.number().int().positive().nullable().default(null),
  wallClockSeconds: z.number().int().positive().nullable().default(null),
})
export type PhaseLimits = z.infer<typeof phaseLimitsSchema>

export const noPhaseLimits: PhaseLimits = {
  nanoUsd: null,
  tokens: null,
  agents: null,
  wallClockSeconds: null,
}

/** The caps of the phase of this title, whatever the title is called; none where nothing was set. */
export function phaseLimitsOf(phases: Readonly<Record<string, PhaseLimits>>, title: string): PhaseLimits {
  return Object.hasOwn(phases, title) ? (phases[title] ?? noPhaseLimits) : noPhaseLimits
}
