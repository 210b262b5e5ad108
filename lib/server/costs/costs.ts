import type { CostGroup, CostRow, CostSums, Costs, CostsQuery } from '@/lib/api/costs'
import { cacheSaving } from '@/lib/core/cache-saving'
import type { CostPeriod, RollupColumn, RollupRow, RollupSums } from '@/lib/core/cost-store'
import { utcDay } from '@/lib/core/day'
import { priceTable } from '@/lib/core/price-table'
import type { App } from '@/lib/server/app'

/** Runs listed when spending is grouped by run. */
const MOST_RUNS = 500

/** Days shown when no period is asked for. */
const USUAL_DAYS = 30

const DAY_MS = 86_400_000

/** Spending of a period in groups. Sums come from daily rollups, so a year costs no more to ask than a day. */
export async function costs(app: App, query: CostsQuery): Promise<Costs> {
  const today = utcDay(app.now())
  const to = query.to ?? today
  const from = query.from ?? utcDay(Date.parse(`${to}T00:00:00Z`) - (USUAL_DAYS - 1) * DAY_MS)
  const simulated = query.simulated === undefined ? app.provider.simulated : query.simulated === '1'
  const period = { from, to, simulated }
  const [whole] = await app.store.rollups(period, [])
  const totals = sumsOf(whole?.sums ?? nothing)
  return {
    from,
    to,
    groupBy: query.groupBy,
    simulated,
    rows: await rowsOf(app, period, query.groupBy),
    totals,
    savedByCacheNanoUsd: savedByCache(await app.store.rollups(period, ['day', 'model'])),
    agents: await perSuccess(app, period, totals),
    projection: await project(app, period, today),
    dayCapNanoUsd: app.settings.dayCapNanoUsd,
  }
}

async function rowsOf(app: App, period: CostPeriod, groupBy: readonly CostGroup[]): Promise<CostRow[]> {
  if (groupBy.includes('run')) return runRows(app, period)
  const columns = groupBy.filter((group): group is RollupColumn => group !== 'tokenKind' && group !== 'run')
  const found = await app.store.rollups(period, columns)
  const rows = groupBy.includes('tokenKind')
    ? found.flatMap(byKind)
    : found.map(({ key, sums }) => ({ key: keyOf(key), title: null, ...sumsOf(sums) }))
  const isTimeline = groupBy[0] === 'day'
  return rows.sort((a, b) =>
    isTimeline ? (a.key.day ?? '').localeCompare(b.key.day ?? '') : b.costNanoUsd - a.costNanoUsd,
  )
}

async function runRows(app: App, period: CostPeriod): Promise<CostRow[]> {
  return (await app.store.dearestRuns(period, MOST_RUNS)).map(({ run, totals }) => ({
    key: { run: run.id },
    title: run.title,
    turns: totals.turns,
    unpricedTurns: totals.unpricedTurns,
    inputTokens: totals.inputTokens,
    outputTokens: totals.outputTokens,
    cacheReadTokens: totals.cacheReadTokens,
    cacheWriteTokens: totals.cacheWriteTokens,
    costNanoUsd: totals.spentNanoUsd,
    unsettledNanoUsd: totals.unsettledNanoUsd,
  }))
}

/** One row into one a kind; what was spent before kinds were kept stands under a name of its own. */
function byKind({ key, sums }: RollupRow): CostRow[] {
  const kinds: [string, number, Partial<CostSums>][] = [
    ['input', sums.inputNanoUsd, { inputTokens: sums.inputTokens }],
    ['output', sums.outputNanoUsd, { outputTokens: sums.outputTokens }],
    ['cache read', sums.cacheReadNanoUsd, { cacheReadTokens: sums.cacheReadTokens }],
    ['cache write', sums.cacheWriteNanoUsd, { cacheWriteTokens: sums.cacheWriteTokens }],
    ['web search', sums.webSearchNanoUsd, {}],
  ]
  const known = kinds.reduce((sum, [, cost]) => sum + cost, 0)
  const all = [...kinds, ['kind not kept', sums.costNanoUsd - known, {}] as const]
  return all
    .filter(([, cost, tokens]) => cost !== 0 || Object.values(tokens).some((count) => count !== 0))
    .map(([kind, costNanoUsd, tokens]) => ({
      key: { ...keyOf(key), tokenKind: kind },
      title: null,
      ...sumsOf(nothing),
      ...tokens,
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
}

function savedByCache(rows: readonly RollupRow[]): number {
  return rows.reduce(
    (sum, { key, sums }) => sum + (cacheSaving(sums, key.model ?? '', priceTable, `${key.day ?? ''}T12:00:00Z`) ?? 0),
    0,
  )
}

async function perSuccess(app: App, period: CostPeriod, totals: CostSums): Promise<Costs['agents']> {
  const succeeded = await app.store.answeredAgents(period)
  return { succeeded, perSuccessNanoUsd: succeeded <= 0 ? null : Math.round(totals.costNanoUsd / succeeded) }
}

/** What the current month comes to: what is spent, and the days left at the pace since the first run in it. */
async function project(app: App, { to, simulated }: CostPeriod, today: string): Promise<Costs['projection']> {
  const month = today.slice(0, 7)
  if (to.slice(0, 7) !== month) return null
  const spentOn = await app.store.rollups({ from: `${month}-01`, to: today, simulated }, ['day'])
  // Days before the first run say nothing of the pace.
  const first = spentOn.map(({ key }) => key.day ?? today).sort()[0] ?? today
  const passed = (app.now() - Date.parse(`${first}T00:00:00Z`)) / DAY_MS
  const [year = 0, number = 1] = month.split('-').map(Number)
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate()
  const spent = spentOn.reduce((sum, { sums }) => sum + sums.costNanoUsd + sums.unsettledNanoUsd, 0)
  // In the first hours a single run would be multiplied into nonsense.
  if (passed < 1) return null
  const left = days - Number(today.slice(8))
  return { month, nanoUsd: Math.round(spent + (spent / passed) * left), basedOnDays: Math.floor(passed) }
}
