import { type Cost, costOf, type Price } from './pricing'
import type { Usage } from './usage'

/**
 * Which booked turns are repriced: UTC days, both included, of one model or of all; and by which price
 * list.
 */
export type RepricingAsked = {
  from: string
  to: string
  model: string | null
  simulated: boolean
  prices: readonly Price[]
}

/** What a re-pricing would change, seen before anything is. */
export type RepricingSight = {
  /** Names these very changes: an act that would do anything else is refused. */
  digest: string
  /** Turns that were looked at. */
  looked: number
  turns: number
  unpricedTurns: number
  beforeNanoUsd: number
  afterNanoUsd: number
  runIds: string[]
  /** Titles of runs that are still at work, and are left out. */
  openRuns: string[]
  byModel: RepricedLine[]
  byDay: RepricedLine[]
  /** The runs that change most; `name` is an id. */
  byRun: (RepricedLine & { title: string })[]
}

/** A turn whose cost changes. */
export type RepricedTurn = {
  runId: string
  title: string
  agentId: string
  turn: number
  day: string
  model: string
  phase: string
  before: Cost | null
  after: Cost | null
}

/**
 * What a booked turn costs by another price list; null when it stays what it was. `at` is the time it ended.
 */
export function repriced(
  turn: { usage: Usage; model: string; cost: Cost | null; at: string },
  prices: readonly Price[],
): { before: Cost | null; after: Cost | null } | null {
  const after = costOf(turn.usage, turn.model, prices, turn.at)
  const isSame = JSON.stringify(kindsOf(after)) === JSON.stringify(kindsOf(turn.cost))
  return isSame ? null : { before: turn.cost, after }
}

function kindsOf(cost: Cost | null): number[] | null {
  if (cost === null) return null
  const { input, cacheWrite5m, cacheWrite1h, cacheRead, output, webSearch } = cost.byKind
  return [cost.totalNanoUsd, input, cacheWrite5m, cacheWrite1h, cacheRead, output, webSearch]
}

export type RepricedLine = {
  name: string
  turns: number
  beforeNanoUsd: number
  afterNanoUsd: number
  unpriced: number
}

/** Changes added up by a name, one at a time. */
export class RepricedLines {
  readonly #lines = new Map<string, RepricedLine>()

  add(name: string, { before, after }: Pick<RepricedTurn, 'before' | 'after'>): void {
    const line = this.#lines.get(name) ?? { name, turns: 0, beforeNanoUsd: 0, afterNanoUsd: 0, unpriced: 0 }
    line.turns += 1
    line.beforeNanoUsd += before?.totalNanoUsd ?? 0
    line.afterNanoUsd += after?.totalNanoUsd ?? 0
    line.unpriced += after === null ? 1 : 0
    this.#lines.set(name, line)
  }

  /** Largest change first. */
  list(): RepricedLine[] {
    const change = ({ beforeNanoUsd, afterNanoUsd }: RepricedLine) => Math.abs(afterNanoUsd - beforeNanoUsd)
    return [...this.#lines.values()].sort((a, b) => change(b) - change(a) || (a.name < b.name ? -1 : 1))
  }
}
