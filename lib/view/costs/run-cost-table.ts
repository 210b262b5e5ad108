import type { RunCosts } from '@/lib/api/run-costs'
import { inOrder } from '@/lib/core/base/in-order'
import { type TokenKind, tokenKinds } from '@/lib/core/money/pricing'
import type { Delivery } from '@/lib/core/spec/run'
import { type CacheUse, cacheUse } from '../agent/cache-use'
import type { PhaseGroups } from '../agent/phase-groups'
import { csvText } from '../format/csv'
import { formatUsd } from '../format/money'
import { formatCount } from '../format/numbers'

export const kindLabels: Readonly<Record<TokenKind, string>> = {
  input: 'Input',
  cacheWrite5m: 'Cache write',
  cacheWrite1h: 'Cache write, 1 h',
  cacheRead: 'Cache read',
  output: 'Output',
  webSearch: 'Web search',
}

export type CostCell = { kind: TokenKind; count: number; costNanoUsd: number | null }
export type CostRow = {
  key: string
  phase: string
  model: string
  delivery: Delivery
  turns: number
  isPriced: boolean
  isMetered: boolean
  cells: readonly CostCell[]
  costNanoUsd: number | null
  /** Part of all that is priced, 0 to 1. */
  share: number
  /** What its prompts took from the cache; null where nothing was read. */
  cache: CacheUse | null
}
export type CostTable = {
  /** Kinds that anything was used of. */
  kinds: readonly TokenKind[]
  rows: readonly CostRow[]
  totals: readonly CostCell[]
  costNanoUsd: number
  unpricedTurns: number
  /** Whether rows and booked totals agree to the nanodollar; they may not while turns are being committed. */
  isSettled: boolean
}

export type CostSort = 'order' | 'phase' | 'model' | 'turns' | 'cost' | TokenKind

/**
 * Phase by model by token kind, with sums that are added up here and compared with what the run itself
 * booked.
 */
export function costTable(booked: RunCosts, groups: PhaseGroups | null = null): CostTable {
  const costs = groups?.isGrouped === true ? groupedCosts(booked, groups) : booked
  const kinds = tokenKinds.filter((kind) => costs.lines.some((line) => cellOf(line.kinds, kind).count > 0))
  const sums = costs.lines.map((line) => line.kinds.reduce((sum, one) => sum + (one.costNanoUsd ?? 0), 0))
  const total = sums.reduce((sum, one) => sum + one, 0)
  return {
    kinds,
    rows: costs.lines.map((line, at) => ({
      key: `${line.phase}\n${line.model}\n${line.delivery}\n${line.isPriced}\n${line.isMetered}`,
      phase: line.phase,
      model: line.model,
      delivery: line.delivery,
      turns: line.turns,
      isPriced: line.isPriced,
      isMetered: line.isMetered,
      cells: kinds.map((kind) => cellOf(line.kinds, kind)),
      costNanoUsd: line.isPriced ? (sums[at] ?? 0) : null,
      share: total === 0 ? 0 : (sums[at] ?? 0) / total,
      cache: cacheOfLine(line),
    })),
    totals: kinds.map((kind) => {
      const cells = costs.lines.map((line) => cellOf(line.kinds, kind))
      return {
        kind,
        count: cells.reduce((sum, one) => sum + one.count, 0),
        costNanoUsd: cells.reduce((sum, one) => sum + (one.costNanoUsd ?? 0), 0),
      }
    }),
    costNanoUsd: total,
    unpricedTurns: costs.lines.reduce(
      (sum, line) => sum + (line.isPriced || !line.isMetered ? 0 : line.turns),
      0,
    ),
    isSettled: total === costs.totals.spentNanoUsd,
  }
}

/**
 * Lines of phases that are drawn as one, added up where model, delivery and what is known of them are the
 * same.
 */
function groupedCosts(costs: RunCosts, { titleOf }: PhaseGroups): RunCosts {
  const lines = new Map<string, RunCosts['lines'][number]>()
  for (const line of costs.lines) {
    const phase = titleOf(line.phase)
    const key = `${phase}\n${line.model}\n${line.delivery}\n${line.isPriced}\n${line.isMetered}`
    const held = lines.get(key)
    lines.set(key, held === undefined ? { ...line, phase } : withLine(held, line))
  }
  return { ...costs, lines: [...lines.values()] }
}

function withLine(
  held: RunCosts['lines'][number],
  line: RunCosts['lines'][number],
): RunCosts['lines'][number] {
  const both = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b)
  return {
    ...held,
    turns: held.turns + line.turns,
    cacheSavedNanoUsd: both(held.cacheSavedNanoUsd, line.cacheSavedNanoUsd),
    kinds: tokenKinds.flatMap((kind) => {
      const [own, more] = [cellOf(held.kinds, kind), cellOf(line.kinds, kind)]
      const count = own.count + more.count
      const costNanoUsd = both(own.costNanoUsd, more.costNanoUsd)
      return count === 0 && costNanoUsd === 0 ? [] : [{ kind, count, costNanoUsd }]
    }),
  }
}

/** How much of a line's prompts came from the cache, and what that saved. */
function cacheOfLine({ kinds, cacheSavedNanoUsd }: RunCosts['lines'][number]): CacheUse | null {
  const count = (kind: TokenKind) => cellOf(kinds, kind).count
  const writtenTokens = count('cacheWrite5m') + count('cacheWrite1h')
  return cacheUse(
    { readTokens: count('cacheRead'), writtenTokens, newTokens: count('input') },
    cacheSavedNanoUsd,
  )
}

function cellOf(cells: RunCosts['lines'][number]['kinds'], kind: TokenKind): CostCell {
  return cells.find((one) => one.kind === kind) ?? { kind, count: 0, costNanoUsd: 0 }
}

/** Rows in another order; money, tokens and turns largest first. */
export function sortedRows(rows: readonly CostRow[], sort: CostSort): readonly CostRow[] {
  if (sort === 'order') return rows
  const value = (row: CostRow): number | string => {
    if (sort === 'phase') return row.phase
    if (sort === 'model') return row.model
    if (sort === 'turns') return -row.turns
    if (sort === 'cost') return -(row.costNanoUsd ?? -1)
    return -(row.cells.find(({ kind }) => kind === sort)?.costNanoUsd ?? -1)
  }
  return [...rows].sort((a, b) => inOrder(value(a), value(b)))
}

/**
 * `12,345 tokens × $3.00 / M = $0.037`: the price read back from what was booked, and said so where it is a
 * mean. In a batch the list price is halved, and the formula shows that.
 */
export function formula({ kind, count, costNanoUsd }: CostCell, delivery: Delivery): string {
  const unit = kind === 'webSearch' ? 'searches' : 'tokens'
  if (costNanoUsd === null) return `${formatCount(count)} ${unit} × unknown price`
  if (count === 0)
    return costNanoUsd === 0 ? `No ${unit}` : `${formatUsd(costNanoUsd)} of passes that were billed apart`
  const each = costNanoUsd / count
  if (kind === 'webSearch')
    return `${formatCount(count)} searches × ${formatUsd(each)} = ${formatUsd(costNanoUsd)}`
  const factor = delivery === 'batch' ? 0.5 : 1
  const rate = Math.round((each / factor) * 10) / 10_000
  const perMillion = rate.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 })
  // List prices have four decimals at most: what they do not explain was booked at several prices.
  const isMean = Math.abs(rate * factor * 1000 * count - costNanoUsd) > Math.max(1, count / 2000)
  return `${formatCount(count)} tokens × $${perMillion} / M${isMean ? ' on average' : ''}${delivery === 'batch' ? ' × ½ (batch)' : ''} = ${formatUsd(costNanoUsd)}`
}

/**
 * The table for a spreadsheet: a line for every phase, model and kind. Nanodollars, so nothing is
 * rounded.
 */
export function costCsv(costs: RunCosts, simulated: boolean): string {
  const [nano, usd] = simulated
    ? ['simulated_cost_nano_usd', 'simulated_cost_usd']
    : ['cost_nano_usd', 'cost_usd']
  const head = ['phase', 'model', 'kind', 'count', 'turns', 'status', nano, usd, 'delivery']
  const spent = costs.lines.flatMap((line) =>
    line.kinds
      .filter(({ count, costNanoUsd }) => count > 0 || (costNanoUsd ?? 0) > 0)
      .map(({ kind, count, costNanoUsd }) => [
        line.phase,
        line.model,
        kind,
        count,
        line.turns,
        line.isPriced ? 'booked' : 'unpriced',
        costNanoUsd,
        costNanoUsd === null ? null : costNanoUsd / 1e9,
        line.delivery,
      ]),
  )
  const unsettled = costs.unsettled.map(({ phase, model, unsettledNanoUsd }) => [
    phase,
    model,
    'unsettled turns',
    null,
    null,
    'unsettled',
    unsettledNanoUsd,
    unsettledNanoUsd / 1e9,
    null,
  ])
  return csvText(head, [...spent, ...unsettled])
}
