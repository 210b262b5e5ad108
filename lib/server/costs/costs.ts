import type { CostGroup, CostRow, CostSums, Costs, CostsQuery } from '@/lib/api/costs'
import { monthDays, monthOf, utcDay } from '@/lib/core/base/utc-day'
import { projected } from '@/lib/core/money/budgets'
import type { CostPeriod, CostReport, RollupColumn, RollupRow, RollupSums } from '@/lib/core/money/cost-store'
import type { App } from '@/lib/server/app/app'
import { moneyOf, queryCosts } from '@/lib/server/money/query-costs'

/** Rows of one answer at most; its totals count everything. */
const MOST_ROWS = 1000

/** Days shown when no period is asked for. */
const USUAL_DAYS = 30

const DAY_MS = 86_400_000

/** The days and the money of a query, with what is usual where it says nothing. */
export function periodOf(app: App, query: Pick<CostsQuery, 'from' | 'to' | 'simulated'>): CostPeriod {
  const to = query.to ?? utcDay(app.now())
  const from = query.from ?? utcDay(Date.parse(`${to}T00:00:00Z`) - (USUAL_DAYS - 1) * DAY_MS)
  const simulated = moneyOf(app, query.simulated === undefined ? undefined : query.simulated === '1')
  return { from, to, simulated }
}

/** Spending of a period in groups. Read from sums, beside the work: a year costs no more to ask than a day. */
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
  const asked = { period, by, limit, withKinds, month: { from, to, simulated: period.simulated } }
  const found = await queryCosts(app, 'costReport', asked, options.signal)
  const totals = sumsOf(found.whole)
  return {
    ...period,
    groupBy: query.groupBy,
    rows: rowsOf(found, query.groupBy),
    omitted: found.omitted,
    totals,
    savedByCacheNanoUsd: found.whole.cacheSavedNanoUsd,
    agents: {
      succeeded: found.answers,
      perSuccessNanoUsd: found.answers <= 0 ? null : Math.round(totals.costNanoUsd / found.answers),
    },
    projection: monthOf(period.to) < month ? null : projectMonth(found.month, month, app.now()),
    dayCapNanoUsd: period.simulated ? null : app.settings.dayCapNanoUsd,
    monthCapNanoUsd: period.simulated ? null : app.settings.monthCapNanoUsd,
  }
}

function rowsOf({ rows: found, byDayOnly }: CostReport, groupBy: readonly CostGroup[]): CostRow[] {
  const unkept = byDayOnly === null ? [] : [{ key: noKey(groupBy), title: 'stored per day only', sums: byDayOnly }]
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

/** One row into one a kind; what was spent before kinds were kept stands under a name of its own. */
function byKind({ key, title, sums }: RollupRow): CostRow[] {
  const kinds: [string, number, Partial<CostSums>][] = [
    ['input', sums.inputNanoUsd, { inputTokens: sums.inputTokens }],
    ['output', sums.outputNanoUsd, { outputTokens: sums.outputTokens }],
    ['cache read', sums.cacheReadNanoUsd, { cacheReadTokens: sums.cacheReadTokens }],
    ['cache write', sums.cacheWriteNanoUsd, { cacheWriteTokens: sums.cacheWriteTokens }],
    ['web search', sums.webSearchNanoUsd, {}],
  ]
  const known = kinds.reduce((sum, [, cost]) => sum + cost, 0)
  const all = [...kinds, ['kind not stored', sums.costNanoUsd - known, {}] as const]
  return all
    .filter(([, cost, tokens]) => cost !== 0 || Object.values(tokens).some((count) => count !== 0))
    .map(([kind, costNanoUsd, tokens]) => ({
      key: { ...keyOf(key), tokenKind: kind },
      title,
      ...sumsOf(nothing),
      ...tokens,
      unpricedTurns: kind === 'web search' || kind === 'kind not stored' ? 0 : sums.unpricedTurns,
      costNanoUsd,
    }))
}

function keyOf(key: RollupRow['key']): Record<string, string> {
  return Object.fromEntries(Object.entries(key))
}

function sumsOf({
  inputNanoUsd,
  outputNanoUsd,
  cacheReadNanoUsd,
  cacheWriteNanoUsd,
  webSearchNanoUsd,
  cacheSavedNanoUsd,
  ...sums
}: RollupSums): CostSums {
  return sums
}

const nothing: RollupSums = {
  turns: 0,
  unpricedTurns: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costNanoUsd: 0,
  inputNanoUsd: 0,
  outputNanoUsd: 0,
  cacheReadNanoUsd: 0,
  cacheWriteNanoUsd: 0,
  webSearchNanoUsd: 0,
  unsettledNanoUsd: 0,
  cacheSavedNanoUsd: 0,
}

/** What the current month comes to; days before the first that spent anything say nothing of the pace. */
function projectMonth(days: readonly RollupRow[], month: string, nowMs: number): Costs['projection'] {
  const first = days.map(({ key }) => key.day ?? '').sort()[0] ?? null
  const spent = days.reduce((sum, { sums }) => sum + sums.costNanoUsd + sums.unsettledNanoUsd, 0)
  const found = projected('month', spent, nowMs, first)
  return found === null ? null : { month, ...found }
}
