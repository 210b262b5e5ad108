import { z } from 'zod'
import { budgetPeriods } from '@/lib/core/money/budgets'
import { quotaKinds } from '@/lib/core/money/quotas'
import { quotaUnits } from '@/lib/core/spec/quota-met'
import { schemaNames } from './schema-names'
import { dayAgentCapSchema, tokenCapSchema } from './settings'

const whole = z.number().int()

/** Whose spending a quota bounds, and what they are called. */
const subjectSchema = z.object({ kind: z.enum(quotaKinds), id: z.string(), name: z.string() })
export type QuotaSubjectShown = z.infer<typeof subjectSchema>

/** A quota with what is used of it. Amounts are nanodollars, tokens or agents, by its unit. */
const quotaShownSchema = z.object({
  id: z.string(),
  subject: subjectSchema,
  period: z.enum(budgetPeriods),
  /** The present UTC day or month: `2026-11-27` or `2026-11`. */
  now: z.string(),
  unit: z.enum(quotaUnits),
  limit: whole,
  /** Unsettled turns count as used. */
  used: whole,
  /** The worst case of turns in flight. */
  reserved: whole,
})
export type QuotaShown = z.infer<typeof quotaShownSchema>

/** `GET /api/quotas`: every quota, and whom one may be set for. */
export const quotasSchema = z
  .object({
    quotas: z.array(quotaShownSchema),
    subjects: z.array(subjectSchema),
    /** Whether runs go to the simulator now, whose money counts against no quota. */
    isSimulator: z.boolean(),
  })
  .register(schemaNames, { id: 'Quotas' })
export type Quotas = z.infer<typeof quotasSchema>

/** `GET /api/own-quotas`: those that bound what the asker launches, and who can raise them. */
export const ownQuotasSchema = z
  .object({
    quotas: z.array(quotaShownSchema),
    /** Names of the admins and owners; empty where nobody signs in. */
    admins: z.array(z.string()),
    isSimulator: z.boolean(),
  })
  .register(schemaNames, { id: 'OwnQuotas' })
export type OwnQuotas = z.infer<typeof ownQuotasSchema>

/** A quota of less would stop everything and look like a mistake. */
const quotaUsdSchema = z
  .number({ error: 'must be a number of dollars' })
  .min(0.01, 'must be 0.01 dollars or more')
  .max(1_000_000, 'must be at most 1,000,000 dollars')

const amountSchemas = { usd: quotaUsdSchema, tokens: tokenCapSchema, agents: dayAgentCapSchema }

const given = {
  unit: z.enum(quotaUnits),
  /** Dollars, tokens or agents, by the unit. */
  amount: z.number({ error: 'must be a number' }),
}

function checkAmount(
  { unit, amount }: { unit: (typeof quotaUnits)[number]; amount: number },
  context: z.RefinementCtx,
): void {
  const read = amountSchemas[unit].safeParse(amount)
  for (const { message } of read.error?.issues ?? [])
    context.addIssue({ code: 'custom', path: ['amount'], message })
}

/** `POST /api/quotas`. */
export const newQuotaSchema = z
  .strictObject({
    subject: z.strictObject({ kind: z.enum(quotaKinds), id: z.string().min(1).max(200) }),
    period: z.enum(budgetPeriods),
    ...given,
  })
  .superRefine(checkAmount)
  .register(schemaNames, { id: 'NewQuota' })
export type NewQuota = z.infer<typeof newQuotaSchema>

/** `PATCH /api/quotas/{quotaId}`: another amount; `was` is the one that was seen, in the same unit. */
export const quotaPatchSchema = z
  .strictObject({ ...given, was: z.number().optional() })
  .superRefine(checkAmount)
  .register(schemaNames, { id: 'QuotaPatch' })
export type QuotaPatch = z.infer<typeof quotaPatchSchema>
