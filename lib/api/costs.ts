import { z } from 'zod'
import { recordOf } from '@/lib/core/base/record-of'
import { reportedSums } from '@/lib/core/money/sums'
import { schemaNames } from './schema-names'

/**
 * What spending can be grouped by. `day` is a UTC date. A run with several tags counts under each of them, so
 * rows by tag may add up to more than the totals.
 */
export const costGroups = ['day', 'model', 'workflow', 'run', 'phase', 'user', 'tag', 'tokenKind'] as const
export type CostGroup = (typeof costGroups)[number]

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date like 2026-11-22')
const isRealDay = (text: string) => new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)
/** A day as a query or body says it. */
export const dayQuerySchema = day.refine(
  (text) => !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && isRealDay(text),
  'is no day',
)

const periodFields = {
  from: dayQuerySchema.optional(),
  to: dayQuerySchema.optional(),
  /** 1 shows what simulated runs would have cost; left out, the money this installation runs on. */
  simulated: z.enum(['0', '1']).optional(),
  /** 1 shows what imported runs had cost elsewhere; it is in no other sum. */
  imported: z.enum(['1']).optional(),
}
const isOrdered = ({ from, to }: { from?: string | undefined; to?: string | undefined }) =>
  from === undefined || to === undefined || from <= to
const order = { message: 'must not be before `from`', path: ['to'] }

/** A period of UTC days, both ends included. */
export const costPeriodSchema = z.object(periodFields).refine(isOrdered, order)
/** A period as a query says it. */
export type PeriodAsked = z.input<typeof costPeriodSchema>

/** `GET /api/costs`: a period, and one or two groups, separated by a comma. */
export const costsQuerySchema = z
  .object({
    ...periodFields,
    groupBy: z
      .string()
      .default('day')
      .transform((text) => text.split(',').map((part) => part.trim()))
      .pipe(z.array(z.enum(costGroups)).min(1).max(2)),
  })
  .refine(isOrdered, order)
  .refine(({ groupBy }) => new Set(groupBy).size === groupBy.length, {
    message: 'names a group twice',
    path: ['groupBy'],
  })
export type CostsQuery = z.infer<typeof costsQuerySchema>
/** A period and its groups as a query says them. */
export type CostsAsked = z.input<typeof costsQuerySchema>

const nano = z.number().int()
const sums = z.object(recordOf(reportedSums.rows, () => z.number().int()))
export type CostSums = z.infer<typeof sums>

export const costRowSchema = sums.extend({
  /** By group: `{ "model": "claude-opus-5-5", "day": "2026-11-22" }`; `run` is an id, with its title in `title`. '' is no tag, or
   * what was kept by day only. By token kind, responses and what is unsettled are in the totals alone. */
  key: z.record(z.string(), z.string()),
  title: z.string().nullable(),
})
export type CostRow = z.infer<typeof costRowSchema>

/** `GET /api/costs/agents`: which agents ran on which models, in the runs of a period that cost most. */
export const agentCostsSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    simulated: z.boolean(),
    rows: z.array(
      z.object({
        /** The agent type where the call named one, else the label. */
        agent: z.string(),
        model: z.string(),
        agents: z.number().int(),
        turns: z.number().int(),
        unpricedTurns: z.number().int(),
        costNanoUsd: nano,
      }),
    ),
    /** Pairs that the rows leave out because there are too many of them. */
    omitted: z.object({ rows: z.number().int(), costNanoUsd: nano }),
    /** Runs whose turns were not read: those that cost least, beyond 50,000 turns, and deleted ones. */
    unread: z.object({ runs: z.number().int(), costNanoUsd: nano }),
  })
  .register(schemaNames, { id: 'AgentCosts' })
export type AgentCosts = z.infer<typeof agentCostsSchema>

export const costsSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    groupBy: z.array(z.enum(costGroups)),
    simulated: z.boolean(),
    /** Whether this is what imported runs had cost elsewhere. */
    imported: z.boolean().default(false),
    /** What imported runs had cost in the period; in none of the sums unless they were asked for. */
    importedNanoUsd: nano.default(0),
    rows: z.array(costRowSchema),
    /** What the rows leave out because there are too many of them; the totals are exact. */
    omitted: z.object({ rows: z.number().int(), costNanoUsd: nano }),
    totals: sums,
    /**
     * What reading from the prompt cache saved against uncached input, less the extra cost of writing to it,
     * at the prices each response was booked at.
     */
    savedByCacheNanoUsd: nano,
    agents: z.object({ succeeded: z.number().int(), perSuccessNanoUsd: nano.nullable() }),
    /** The present UTC month at the pace of its days so far; null where the period ends before it. */
    projection: z.object({ month: z.string(), nanoUsd: nano, basedOnDays: z.number().int() }).nullable(),
    dayCapNanoUsd: nano.nullable(),
    monthCapNanoUsd: nano.nullable(),
  })
  .register(schemaNames, { id: 'Costs' })
export type Costs = z.infer<typeof costsSchema>
