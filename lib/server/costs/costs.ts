import type { CostGroup, CostRow, CostSums, Costs, CostsQuery } from '@/lib/api/costs'
import { recordOf } from '@/lib/core/base/record-of'
import { monthDays, monthOf, utcDay } from '@/lib/core/base/utc-day'
import { projected } from '@/lib/core/money/budgets'
import type { CostPeriod, CostReport, RollupColumn, RollupRow, RollupSums } from '@/lib/core/money/cost-store'
import { noSums, type RowSumName, reportedSums } from '@/lib/core/money/sums'
import type { App } from '@/lib/server/app/app'
import { moneyOf, queryCosts } from '@/lib/server/money/query-costs'

/** Most rows in one answer; its totals count everything. */
const MOST_ROWS = 1000

/** Days shown when no period is asked for. */
const USUAL_DAYS = 30

const DAY_MS = 86_400_000

/** The days and the money of a query, with what is usual where it says nothing. */
export function periodOf(app: App, query: PeriodQuery): CostPeriod {
  const to = query.to ?? utcDay(app.now())
  const from = query.from ?? utcDay(Date.parse(`${to}T00:00:00Z`) - (USUAL_DAYS - 1) * DAY_MS)
  const simulated = moneyOf(app, query.simulated === undefined ? undefined : query.simulated === '1')
  return query.imported === '1' ? { from, to, simulated: false, imported: true } : { from, to, simulated }
}

/** The days and the money of a query of costs. */
export type PeriodQuery = Pick<CostsQuery, 'from' | 'to' | 'simulated' | 'imported'>

/**
 * Spending of a period in groups. Read from sums, beside the work: a year costs no more to ask than a day.
 */
export async function costs(
  app: App,
  query: CostsQuery,
  options: { mostRows?: number; signal?: AbortSignal } = {},
): Promise<Costs> {
  const period = periodOf(app, query)
  const month = monthOf(utcDay(app.now()))
  const by = query.groupBy.filter((group): group is RollupColumn => group !== 'tokenKind')
  const limit = options.mostRows ?? MOST_ROWS
  const { from, to } = monthDays(month)
  const withKinds = query.groupBy.includes('tokenKind')
  const asked = { period, by, limit, withKinds, month: { ...period, from, to } }
  const found = await queryCosts(app, 'costReport', asked, options.signal)
  const totals = sumsOf(found.whole)
  const isImported = period.imported === true
  const isCapped = !period.simulated && !isImported
  return {
    ...period,
    imported: isImported,
    importedNanoUsd: found.importedNanoUsd,
    groupBy: query.groupBy,
    rows: rowsOf(found, query.groupBy),
    omitted: found.omitted,
    totals,
    savedByCacheNanoUsd: found.whole.cacheSavedNanoUsd,
    agents: {
      succeeded: found.answers,
      perSuccessNanoUsd: found.answers <= 0 ? null : Math.round(totals.costNanoUsd / found.answers),
    },
    projection: isImported || monthOf(period.to) < month ? null : projectMonth(found.month, month, app.now()),
    dayCapNanoUsd: isCapped ? app.settings.dayCapNanoUsd : null,
    monthCapNanoUsd: isCapped ? app.settings.monthCapNanoUsd : null,
  }
}

function rowsOf({ rows: found, byDayOnly }: CostReport, groupBy: readonly CostGroup[]): CostRow[] {
  const unkept =
    byDayOnly === null ? [] : [{ key: noKey(groupBy), title: 'stored per day only', sums: byDayOnly }]
  const all = [...found, ...unkept]
  const rows = groupBy.includes('tokenKind')
    ? all.flatMap(byKind)
    : all.map(({ key, title, sums }) => ({ key: keyOf(key), title, ...sumsOf(sums) }))
  const isTimeline = groupBy[0] === 'day'
  return rows.sort((a, b) =>
    isTimeline ? (a.key.day ?? '').localeCompare(b.key.day ?? '') : b.costNanoUsd - a.costNanoUsd,
  )
}

function noKey(groupBy: readonly CostGroup[]): RollupRow['key'] {
  return Object.fromEntries(groupBy.filter((group) => group !== 'tokenKind').map((group) => [group, '']))
}

/** Splits a row into one per kind of token; spending from before kinds were stored gets a name of its own. */
function byKind({ key, title, sums }: RollupRow): CostRow[] {
  const kinds = reportedSums.kinds.map(
    ({ name, kind, tokens }): KindCost => ({ kind, costNanoUsd: sums[name], tokens }),
  )
  const known = kinds.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0)
  const unknown: KindCost = { kind: 'kind not stored', costNanoUsd: sums.costNanoUsd - known, tokens: null }
  return [...kinds, unknown]
    .filter(({ costNanoUsd, tokens }) => costNanoUsd !== 0 || (tokens !== null && sums[tokens] !== 0))
    .map(({ kind, costNanoUsd, tokens }) => ({
      key: { ...keyOf(key), tokenKind: kind },
      title,
      ...sumsOf(noSums),
      ...(tokens === null ? {} : { [tokens]: sums[tokens], unpricedTurns: sums.unpricedTurns }),
      costNanoUsd,
    }))
}

/** What a kind of token cost, and the sum that counts its tokens; null where nothing does. */
type KindCost = { kind: string; costNanoUsd: number; tokens: RowSumName | null }

function keyOf(key: RollupRow['key']): Record<string, string> {
  return Object.fromEntries(Object.entries(key))
}

/** What rows say of all sums. */
function sumsOf(sums: Readonly<RollupSums>): CostSums {
  return recordOf(reportedSums.rows, ({ name }) => sums[name])
}

/** What the current month comes to; days before the first that spent anything say nothing of the pace. */
function projectMonth(days: readonly RollupRow[], month: string, nowMs: number): Costs['projection'] {
  const first = days.map(({ key }) => key.day ?? '').sort()[0] ?? null
  const spent = days.reduce((sum, { sums }) => sum + sums.costNanoUsd + sums.unsettledNanoUsd, 0)
  const found = projected('month', spent, nowMs, first)
  return found === null ? null : { month, ...found }
}
