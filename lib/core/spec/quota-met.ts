import { z } from 'zod'

/** What a quota counts: nanodollars, tokens of all kinds, agents made. */
export const quotaUnits = ['usd', 'tokens', 'agents'] as const
export type QuotaUnit = (typeof quotaUnits)[number]

/** A quota in the way of a run: which one, and what it allowed then, in its unit. */
export const quotaMetSchema = z.object({
  id: z.string(),
  unit: z.enum(quotaUnits),
  limit: z.number().int().nonnegative(),
})
export type QuotaMet = z.infer<typeof quotaMetSchema>

/** A quota that a turn waits for, and what it is called: `Ana's quota of $20 a day`. */
export const waitedQuotaSchema = quotaMetSchema.extend({ name: z.string() })
export type WaitedQuota = z.infer<typeof waitedQuotaSchema>
