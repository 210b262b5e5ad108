import { z } from 'zod'
import { budgetPeriods, budgetScopes } from '@/lib/core/money/budgets'
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
