import { z } from 'zod'
import { budgetPeriods, budgetScopes } from '@/lib/core/money/budgets'
import { quotaKinds } from '@/lib/core/money/quotas'
import { quotaUnits } from '@/lib/core/spec/quota-met'
import { schemaNames } from './schema-names'
import { dayAgentCapSchema, tokenCapSchema, usdSchema } from './settings'

const nano = z.number().int()

const budgetUsage = z.object({
  /** The present UTC day or month: `2026-11-27` or `2026-11`. */
  now: z.string(),
  spentNanoUsd: nano,
  /** Worst-case cost of turns in flight. Known for caps; null for budgets that only warn. */
  reservedNanoUsd: nano.nullable(),
  /** The projection at the pace so far; null when too little of the period has passed. */
  projectedNanoUsd: nano.nullable(),
})

/**
 * Tokens or agents of the present UTC day, over all runs; `reserved` is the worst case of turns in flight.
 */
const dayCount = z.object({
  used: z.number().int(),
  reserved: z.number().int(),
  cap: z.number().int().nullable(),
})

/**
 * `GET /api/budgets`: caps stop turns before they leave; the other budgets only warn. Days and months are
 * UTC.
 */
export const budgetsSchema = z
  .object({
    runCapNanoUsd: nano,
    day: budgetUsage.extend({ capNanoUsd: nano.nullable(), unsettledNanoUsd: nano }),
    month: budgetUsage.extend({ capNanoUsd: nano.nullable(), unsettledNanoUsd: nano }),
    tokensToday: dayCount,
    agentsToday: dayCount,
    budgets: z.array(
      budgetUsage.extend({
        scope: z.enum(budgetScopes),
        name: z.string(),
        period: z.enum(budgetPeriods),
        nanoUsd: nano,
      }),
    ),
    /** Percent of a budget at which people are alerted. */
    thresholds: z.array(z.number().int()),
    /**
     * Caps, budgets and warnings are of real money: what the simulator would have cost counts against none of
     * them.
     */
    simulated: z.literal(false),
    /** Whether runs go to the simulator now. */
    isSimulator: z.boolean(),
  })
  .register(schemaNames, { id: 'Budgets' })
export type Budgets = z.infer<typeof budgetsSchema>

const named = z.strictObject({
  scope: z.enum(['workflow', 'user', 'tag']),
  name: z.string().trim().min(1, 'must not be empty').max(200),
  period: z.enum(budgetPeriods),
  usd: usdSchema,
})

/** `PUT /api/budgets`: given fields are set, others stay. `budgets` is the whole list of those that warn. */
export const budgetsEditSchema = z
  .strictObject({
    runCapUsd: usdSchema.optional(),
    dayCapUsd: usdSchema.nullable().optional(),
    monthCapUsd: usdSchema.nullable().optional(),
    dayCapTokens: tokenCapSchema.nullable().optional(),
    dayCapAgents: dayAgentCapSchema.nullable().optional(),
    budgets: z.array(named).max(100).optional(),
  })
  .superRefine(({ budgets = [] }, context) => {
    const seen = new Set<string>()
    budgets.forEach(({ scope, name, period }, at) => {
      const key = JSON.stringify([scope, name, period])
      if (seen.has(key))
        context.addIssue({
          code: 'custom',
          path: ['budgets', at],
          message: 'is there twice: one amount each',
        })
      seen.add(key)
    })
  })
  .register(schemaNames, { id: 'BudgetsEdit' })
export type BudgetsEdit = z.infer<typeof budgetsEditSchema>

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
  limit: z.number().int(),
  /** Unsettled turns count as used. */
  used: z.number().int(),
  /** The worst case of turns in flight. */
  reserved: z.number().int(),
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
