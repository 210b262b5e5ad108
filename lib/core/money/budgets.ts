import { z } from 'zod'
import { defaultProject } from '../base/project'
import { monthDays, monthOf, utcDay } from '../base/utc-day'

/** What a budget is about: everything, or the runs of one workflow, one person or one tag. */
export const budgetScopes = ['all', 'workflow', 'user', 'tag'] as const
export const budgetPeriods = ['day', 'month'] as const
export type BudgetPeriod = (typeof budgetPeriods)[number]

/** An amount that spending is watched against. Only the caps over everything also stop turns. */
export const budgetSchema = z.object({
  /** The project it watches; so far there is one. */
  project: z.string().default(defaultProject),
  scope: z.enum(budgetScopes),
  /** Of the workflow, person or tag; '' for everything. */
  name: z.string(),
  period: z.enum(budgetPeriods),
  nanoUsd: z.number().int().positive(),
})
export type Budget = z.infer<typeof budgetSchema>

/** Identity of a budget, whatever its amount. */
export function budgetKey({ project, scope, name, period }: Budget): string {
  return JSON.stringify([project, scope, name, period])
}

/** The UTC day or month a time is in, by its name: `2026-11-27` or `2026-11`. */
export function periodAt(period: BudgetPeriod, nowMs: number): string {
  const day = utcDay(nowMs)
  return period === 'day' ? day : monthOf(day)
}

/** UTC days of such a period, both included. */
export function daysOf(name: string): { from: string; to: string } {
  if (name.length > 7) return { from: name, to: name }
  const { from, to } = monthDays(name)
  return { from, to }
}

const DAY_MS = 86_400_000

/** A projection from less of a period than this is meaningless: it would multiply a single run. */
const LEAST_MS: Record<BudgetPeriod, number> = { day: DAY_MS / 24, month: DAY_MS }

/**
 * Projection of a period: what is spent, plus the time left at the rate since `sinceDay` (or its start,
 * whichever is later). Null when too little of it has passed.
 */
export function projected(
  period: BudgetPeriod,
  spentNanoUsd: number,
  nowMs: number,
  sinceDay: string | null = null,
): { nanoUsd: number; basedOnDays: number } | null {
  const { from, to } = daysOf(periodAt(period, nowMs))
  const start = Date.parse(`${sinceDay !== null && sinceDay > from ? sinceDay : from}T00:00:00Z`)
  const end = Date.parse(`${to}T00:00:00Z`) + DAY_MS
  const passedMs = nowMs - start
  if (passedMs < LEAST_MS[period]) return null
  const nanoUsd = Math.round(spentNanoUsd + (spentNanoUsd / passedMs) * (end - nowMs))
  return { nanoUsd, basedOnDays: Math.floor(passedMs / DAY_MS) }
}
