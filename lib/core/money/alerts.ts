import { z } from 'zod'
import type { Actor } from '../base/actor'
import { type Budget, budgetKey, budgetSchema } from './budgets'

/** Percentages of a budget at which people are alerted. */
export const alertThresholds = [50, 80, 100] as const

/** A run raises an alert when it costs this many times its workflow's usual cost. */
export const OUTLIER_TIMES = 3

/** Fewer completed runs than this say nothing of what is usual. */
export const LEAST_PEERS = 3

/** The median is taken of this many of the newest completed runs. */
export const MOST_PEERS = 50

const nano = z.number().int()

/** What people are warned of. */
export const alertSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('budget'),
    budget: budgetSchema,
    /** The UTC day or month it is about. */
    period: z.string(),
    threshold: z.union(alertThresholds.map((one) => z.literal(one))),
    spentNanoUsd: nano,
  }),
  z.object({
    kind: z.literal('outlier'),
    runId: z.string(),
    title: z.string(),
    workflow: z.string(),
    spentNanoUsd: nano,
    medianNanoUsd: nano,
  }),
  /** A backup could not be made; `why` says what to do. */
  z.object({ kind: z.literal('backup'), at: z.string(), why: z.string() }),
  z.object({ kind: z.literal('unknown-price'), model: z.string(), runId: z.string(), title: z.string() }),
])
export type Alert = z.infer<typeof alertSchema>

/** An alert as it is kept. */
export type StoredAlert = {
  id: string
  at: string
  alert: Alert
  dismissedAt: string | null
  dismissedBy: Actor | null
}

/** Stands in the name of an alert; those of an earlier Skein may be of the simulator's money instead. */
const REAL = 'real'

/** Whether an alert, by its name, is of money that was paid. */
export function isOfRealMoney(id: string): boolean {
  return id.includes(`,"${REAL}",`)
}

/**
 * What an alert is about, as one name: the same thing met again, after a restart too, is found told
 * already. A budget that is set to another amount is another one. Only real money is warned of.
 */
export function alertId(alert: Alert): string {
  const of = (): string[] => {
    switch (alert.kind) {
      case 'budget':
        return [budgetKey(alert.budget), String(alert.budget.nanoUsd), alert.period, String(alert.threshold)]
      case 'outlier':
        return [alert.runId]
      case 'unknown-price':
        return [alert.model]
      case 'backup':
        return [alert.at]
    }
  }
  return JSON.stringify([alert.kind, REAL, ...of()])
}

/** The highest threshold that spending has reached, as an alert; the lower ones are said with it. */
export function budgetAlert(budget: Budget, period: string, spentNanoUsd: number): Alert | null {
  const threshold = alertThresholds.findLast((one) => spentNanoUsd * 100 >= budget.nanoUsd * one)
  return threshold === undefined ? null : { kind: 'budget', budget, period, threshold, spentNanoUsd }
}

/** Middle of some values; the mean of the middle two when they are even. Null for too few of them. */
export function usualCost(values: readonly number[]): number | null {
  if (values.length < LEAST_PEERS) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2)
}

/** How many times the usual a cost is; null when nothing is usual, or it is no outlier. */
export function outlierTimes(spentNanoUsd: number, medianNanoUsd: number | null): number | null {
  if (medianNanoUsd === null || medianNanoUsd <= 0 || spentNanoUsd < medianNanoUsd * OUTLIER_TIMES)
    return null
  return spentNanoUsd / medianNanoUsd
}
