import type { CostPeriod } from '@/lib/core/money/cost-store'
import { moneyNumber } from './money-number'

/** Rows of one project, or of all where what is bound is null: two values. */
export const ofProject = '(? IS NULL OR project = ?)'

/** Sums of a period that are kept by project; bound by `valuesOf`. */
export const sumsInPeriod = `simulated = ? AND day BETWEEN ? AND ? AND ${ofProject}`

/** Sums of a period that are kept by run, whose project its totals know; bound by `valuesOf`. */
export const runsInPeriod =
  'simulated = ? AND day BETWEEN ? AND ? AND (? IS NULL OR run_id IN (SELECT run_id FROM run_totals WHERE project = ?))'

/** What a condition on a period is bound to. There is none without a project: null is all of them. */
export function valuesOf(
  period: CostPeriod,
  project: string | null,
): [money: number, from: string, to: string, project: string | null, again: string | null] {
  return [moneyNumber(period), period.from, period.to, project, project]
}
