import type { Price, Rates } from './pricing'

/** A guess with its edges: rather less than likely, likely, rather more. */
export type Range = { low: number; likely: number; high: number }

/** What one agent of an earlier run used. */
export type AgentSample = {
  runId: string
  phase: string
  model: string
  tokens: number
  costNanoUsd: number | null
  /** From its first turn to its end; null where one of the two is missing. */
  seconds: number | null
}

/** Where a number of a plan row comes from. */
export const countBases = ['source', 'history', 'rehearsal'] as const
export const tokenBases = ['prior', 'history'] as const

/** One line of a plan: the agents of a phase on one model. */
export type EstimateRow = {
  phase: string
  model: string
  agents: Range
  /** Of all these agents together. */
  tokens: Range
  costNanoUsd: Range | null
  /** Of one agent. */
  secondsEach: Range
  countBasis: (typeof countBases)[number]
  tokenBasis: (typeof tokenBases)[number]
}

export type Delivery = {
  kind: 'sequential' | 'parallel' | 'fast' | 'batch'
  costNanoUsd: number | null
  seconds: number
  /** What has to be known beside the two figures; null when nothing. */
  note: string | null
}

export const one: Range = { low: 1, likely: 1, high: 1 }
const none: Range = { low: 0, likely: 0, high: 0 }

export function times(a: Range, b: Range): Range {
  return { low: a.low * b.low, likely: a.likely * b.likely, high: a.high * b.high }
}

export function sumOf(ranges: readonly Range[]): Range {
  return ranges.reduce(
    (sum, { low, likely, high }) => ({ low: sum.low + low, likely: sum.likely + likely, high: sum.high + high }),
    none,
  )
}

/** Tenth percentile, median and ninetieth of measured values; null when there are none. */
export function spread(values: readonly number[]): Range | null {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  const [low, likely, high] = [at(0.1), at(0.5), at(0.9)]
  return low === undefined || likely === undefined || high === undefined ? null : { low, likely, high }
}

/** What earlier runs say of the agents of one phase: how many a run had, and what one of them used. */
export function historyOf(samples: readonly AgentSample[], phase: string, model: string) {
  const own = samples.filter((sample) => sample.phase === phase && sample.model === model)
  const counts = new Map<string, number>()
  for (const { runId } of own) counts.set(runId, (counts.get(runId) ?? 0) + 1)
  return {
    agents: spread([...counts.values()]),
    tokens: spread(own.map(({ tokens }) => tokens)),
    costNanoUsd: spread(own.flatMap(({ costNanoUsd }) => (costNanoUsd === null ? [] : [costNanoUsd]))),
    seconds: spread(own.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]))),
  }
}

/** Share of an agent's tokens that is output, when nothing has been measured. */
const OUTPUT_SHARE = 0.06

/** Dollars of a token range without history: at best most of the input is read from the cache, at worst none is. */
export function costOfTokens(tokens: Range, { rates }: Price): Range {
  return {
    low: nano(tokens.low, 0.7, rates),
    likely: nano(tokens.likely, 0.5, rates),
    high: nano(tokens.high, 0, rates),
  }
}

function nano(tokens: number, cachedShare: number, { input, cacheRead, output }: Rates): number {
  const perInput = input * (1 - cachedShare) + cacheRead * cachedShare
  return Math.round((tokens * ((1 - OUTPUT_SHARE) * perInput + OUTPUT_SHARE * output)) / 1000)
}

/** Fast mode writes up to 2.5 times as fast (fast-mode page); reading and tools take as long as ever. */
const FAST_SPEED_UP = 1.8

/** Most batches end within an hour, all within a day (batch-processing page); each round of turns is one batch. */
const BATCH_ROUND_SECONDS = 3600

/** What the same work costs and takes, delivered in four ways. Phases follow one another; inside one all fly together. */
export function deliveries(
  rows: readonly EstimateRow[],
  slots: number,
  priceOf: (model: string) => Price | null,
): Delivery[] {
  const cost = (factor: (price: Price) => number) => {
    let sum = 0
    for (const { costNanoUsd, model } of rows) {
      const price = priceOf(model)
      if (costNanoUsd === null || price === null) return null
      sum += Math.round(costNanoUsd.likely * factor(price))
    }
    return sum
  }
  const phases = [...new Set(rows.map(({ phase }) => phase))]
  const inPhases = (seconds: (row: EstimateRow) => number) =>
    phases.reduce((sum, phase) => {
      const own = rows.filter((row) => row.phase === phase)
      const agents = own.reduce((total, row) => total + row.agents.likely, 0)
      const longest = Math.max(0, ...own.map(seconds))
      return sum + Math.ceil(agents / Math.max(1, slots)) * longest
    }, 0)
  const fastModels = rows.filter(({ model }) => priceOf(model)?.fastMultiplier != null)
  const isFast = (row: EstimateRow) => fastModels.includes(row)
  return [
    {
      kind: 'sequential',
      costNanoUsd: cost(() => 1),
      seconds: Math.round(rows.reduce((sum, row) => sum + row.agents.likely * row.secondsEach.likely, 0)),
      note: null,
    },
    {
      kind: 'parallel',
      costNanoUsd: cost(() => 1),
      seconds: Math.round(inPhases((row) => row.secondsEach.likely)),
      note: null,
    },
    {
      kind: 'fast',
      costNanoUsd: cost((price) => price.fastMultiplier ?? 1),
      seconds: Math.round(inPhases((row) => row.secondsEach.likely / (isFast(row) ? FAST_SPEED_UP : 1))),
      note:
        fastModels.length === 0
          ? 'None of these models has a fast mode.'
          : fastModels.length < rows.length
            ? 'Only some of these models have a fast mode.'
            : null,
    },
    {
      kind: 'batch',
      costNanoUsd: cost((price) => (price.batch ? 0.5 : 1)),
      seconds: Math.max(1, phases.length) * BATCH_ROUND_SECONDS,
      note: 'Up to an hour a round of turns is usual, a day the most. One round a phase is counted here; agents with tools take several.',
    },
  ]
}

/** Below this many seconds saved, fanning out is not worth watching. */
const WORTH_SECONDS = 30

/** One plain sentence of advice. */
export function recommendation(rows: readonly EstimateRow[], offered: readonly Delivery[]): string {
  const find = (kind: Delivery['kind']) => offered.find((delivery) => delivery.kind === kind)
  const [sequential, parallel, fast] = [find('sequential'), find('parallel'), find('fast')]
  if (rows.length === 0 || sequential === undefined || parallel === undefined || fast === undefined)
    return 'Nothing can be said before it has run once: no call of an agent was seen in the source.'
  const saved = sequential.seconds - parallel.seconds
  if (saved < WORTH_SECONDS)
    return `Run it one after the other: the work is small or depends on itself, and fanning out would save ${Math.max(0, saved)} s.`
  const words = `Run it in parallel: about ${minutes(parallel.seconds)} instead of ${minutes(sequential.seconds)}, for the same money.`
  const isFastWorth =
    fast.costNanoUsd !== null && parallel.costNanoUsd !== null && fast.costNanoUsd > parallel.costNanoUsd
  return isFastWorth && parallel.seconds - fast.seconds > 300
    ? `${words} Fast mode would save another ${minutes(parallel.seconds - fast.seconds)}, at the price beside it.`
    : words
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`
}
