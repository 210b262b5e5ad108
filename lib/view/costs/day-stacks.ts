import type { CostRow, Costs } from '@/lib/api/costs'
import { daysBetween } from '@/lib/core/base/utc-day'
import { add, type CrossName, nameIn, otherName } from './spending-crosstab'

/** Parts drawn by name in a stack; the rest is one part called other. */
const NAMED_PARTS = 5

export type DayStack = { day: string; totalNanoUsd: number; parts: { name: string; nanoUsd: number }[] }

/**
 * Every day of a period with its spending by one more group, most expensive groups by name. Days without
 * spending are there.
 */
export function dayStacks(
  costs: Pick<Costs, 'from' | 'to'> & { rows: readonly CostRow[] },
  group: CrossName,
): { names: string[]; days: DayStack[] } {
  const totals = new Map<string, number>()
  for (const row of costs.rows) add(totals, nameIn(group, row), row.costNanoUsd)
  const sorted = [...totals].sort(([, a], [, b]) => b - a).map(([name]) => name)
  const named = sorted.filter((name) => name !== otherName).slice(0, NAMED_PARTS)
  const names = sorted.length > named.length ? [...named, otherName] : named
  const days = daysBetween(costs.from, costs.to).map((day): DayStack => {
    const parts = new Map<string, number>()
    for (const row of costs.rows) {
      if (row.key.day !== day) continue
      const name = nameIn(group, row)
      add(parts, named.includes(name) ? name : otherName, row.costNanoUsd)
    }
    return {
      day,
      totalNanoUsd: [...parts.values()].reduce((sum, one) => sum + one, 0),
      parts: names.map((name) => ({ name, nanoUsd: parts.get(name) ?? 0 })),
    }
  })
  return { names, days }
}
