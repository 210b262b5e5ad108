import type { Price, Rates } from '../money/pricing'
import type { Speed, Delivery as Travel } from '../spec/run'
import type { DeliveryOption, DeliveryTerms } from './delivery-options'

/** A guess with its edges: rather less than likely, likely, rather more. */
export type Range = { low: number; likely: number; high: number }

/** What one agent of an earlier run used. */
export type AgentSample = {
  runId: string
  phase: string
  model: string
  tokens: number
  costNanoUsd: number | null
  turns: number
  /** From its first turn to its end; null where one of the two is missing. */
  seconds: number | null
  /** It was asked in fast mode, whose price its cost has. */
  isFast: boolean
}

/** Where a number of a plan row comes from. */
export const countBases = ['source', 'history', 'dry-run'] as const
export const tokenBases = ['prior', 'measured', 'history'] as const

/** The likely cost of a row and the delivery of its agents when the whole launch uses one delivery option. */
export type RowDeliveryOption = DeliveryTerms & { costNanoUsd: number | null }

/** One line of a plan: the agents of a phase on one model and at one price. */
export type EstimateRow = {
  phase: string
  model: string
  /** How they travel in this launch, which their dollars and seconds are of. */
  speed: Speed
  delivery: Travel
  agents: Range
  /** Of all these agents together. */
  tokens: Range
  costNanoUsd: Range | null
  /** Worst case of the first turn of one agent, reserved while it is in flight. */
  reservationNanoUsd: number | null
  reservationTokens: number
  deliveryOptions: Record<DeliveryOption, RowDeliveryOption>
  /** Of one agent. */
  secondsEach: Range
  /** Of one agent; in batches each is a round. */
  turnsEach: Range
  /** Agents of the phase that wait for one another, as far as that was seen; one where all can go at once. */
  chain: number
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
export const none: Range = { low: 0, likely: 0, high: 0 }

export function times(a: Range, b: Range): Range {
  return { low: a.low * b.low, likely: a.likely * b.likely, high: a.high * b.high }
}

export function sumOf(ranges: readonly Range[]): Range {
  return ranges.reduce(
    (sum, { low, likely, high }) => ({
      low: sum.low + low,
      likely: sum.likely + likely,
      high: sum.high + high,
    }),
    none,
  )
}

/**
 * Ranges whose sums are at most `cap`, whole numbers: beside what is likely each gets its share of what is left for
 * more. Where even the likely ones come to more than the cap, all are cut in proportion.
 */
export function withinCap(ranges: readonly Range[], cap: number): Range[] {
  const sum = sumOf(ranges)
  const share = (part: number, whole: number) => (whole <= part ? 1 : part / whole)
  const ofLikely = share(cap, sum.likely)
  const ofMore = share(Math.max(0, cap - sum.likely), sum.high - sum.likely)
  return ranges.map(({ low, likely, high }) => {
    const kept = Math.floor(likely * ofLikely)
    return {
      low: Math.min(Math.floor(low * share(cap, sum.low)), kept),
      likely: kept,
      high: kept + Math.floor((high - likely) * ofMore),
    }
  })
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
    turns: spread(own.map(({ turns }) => turns)),
  }
}

/** Share of an agent's tokens that is output, when nothing has been measured. */
const OUTPUT_SHARE = 0.06

/**
 * Dollars of a token range without history: at best most of the input is read from the cache, at worst none
 * is.
 */
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

/**
 * Most batches end within an hour, all within a day (batch-processing page); each round of turns is one
 * batch.
 */
const BATCH_ROUND_SECONDS = 3600

/** With this many or more, the slowest is more likely than not beyond the 90th percentile: 0.9^7 < 0.5. */
const MANY = 7

/**
 * Seconds of all rows with their delivery options. Phases run one after another; agents of one phase run in
 * parallel, within the slots and where they do not wait for one another.
 */
export function secondsOf(
  rows: readonly EstimateRow[],
  slotsOf: (phase: string) => number,
  of: { edge: keyof Range; option: DeliveryOption | null },
): number {
  return phasesOf(rows).reduce((sum, [phase, own]) => {
    const live = own.filter((row) => deliveryTermsIn(row, of.option).delivery === 'live')
    const agents = live.reduce((total, row) => total + row.agents[of.edge], 0)
    const waves = Math.ceil(agents / Math.max(1, slotsOf(phase)))
    const running = live.map((row) =>
      longest(row, eachSeconds(row, deliveryTermsIn(row, of.option)), waves, of.edge),
    )
    return sum + Math.max(0, ...running, BATCH_ROUND_SECONDS * roundsIn(own, of))
  }, 0)
}

/** Rounds of batches that follow one another: one a turn of the agent that takes most, phase after phase. */
function roundsOf(
  rows: readonly EstimateRow[],
  of: { edge: keyof Range; option: DeliveryOption | null },
): number {
  return phasesOf(rows).reduce((sum, [, own]) => sum + roundsIn(own, of), 0)
}

function roundsIn(
  phase: readonly EstimateRow[],
  { edge, option }: { edge: keyof Range; option: DeliveryOption | null },
): number {
  const batched = phase.filter((row) => deliveryTermsIn(row, option).delivery === 'batch')
  return Math.max(0, ...batched.map((row) => Math.ceil(longest(row, row.turnsEach, 1, edge))))
}

function phasesOf(rows: readonly EstimateRow[]): [string, EstimateRow[]][] {
  const phases = [...new Set(rows.map(({ phase }) => phase))]
  return phases.map((phase) => [phase, rows.filter((row) => row.phase === phase)])
}

/** How long agents take that go in waves or wait for one another, and no less than the slowest of them. */
function longest({ agents, chain }: EstimateRow, each: Range, waves: number, edge: keyof Range): number {
  const slowestOfMany = edge === 'low' ? each.likely : each.high
  const slowest = agents[edge] < MANY ? each[edge] : slowestOfMany
  return agents[edge] === 0 ? 0 : Math.max(Math.max(waves, chain) * each[edge], slowest)
}

function deliveryTermsIn(row: EstimateRow, option: DeliveryOption | null): DeliveryTerms {
  return option === null ? row : row.deliveryOptions[option]
}

function eachSeconds({ secondsEach }: EstimateRow, { speed }: DeliveryTerms): Range {
  const by = speed === 'fast' ? FAST_SPEED_UP : 1
  return { low: secondsEach.low / by, likely: secondsEach.likely / by, high: secondsEach.high / by }
}

/** Cost and time of the same work under four kinds of delivery; each figure is the sum over the rows. */
export function deliveries(rows: readonly EstimateRow[], slotsOf: (phase: string) => number): Delivery[] {
  const cost = (option: DeliveryOption) =>
    rows.reduce<number | null>((sum, { deliveryOptions }) => {
      const { costNanoUsd } = deliveryOptions[option]
      return sum === null || costNanoUsd === null ? null : sum + costNanoUsd
    }, 0)
  const seconds = (option: DeliveryOption) => Math.round(secondsOf(rows, slotsOf, { edge: 'likely', option }))
  const fastRows = rows.filter(({ deliveryOptions }) => deliveryOptions.fast.speed === 'fast').length
  const inBatches = rows.filter(({ deliveryOptions }) => deliveryOptions.batch.delivery === 'batch').length
  const rounds = roundsOf(rows, { edge: 'likely', option: 'batch' })
  const pinned = rows.filter(({ deliveryOptions }) => deliveryOptions.live.delivery === 'batch').length
  const stays = pinned === 0 ? null : 'Phases set to batch stay in batches.'
  return [
    {
      kind: 'sequential',
      costNanoUsd: cost('live'),
      seconds: Math.round(
        rows.reduce(
          (sum, row) =>
            sum +
            (row.deliveryOptions.live.delivery === 'batch'
              ? BATCH_ROUND_SECONDS * roundsIn([row], { edge: 'likely', option: 'live' })
              : row.agents.likely * eachSeconds(row, row.deliveryOptions.live).likely),
          0,
        ),
      ),
      note: stays,
    },
    { kind: 'parallel', costNanoUsd: cost('live'), seconds: seconds('live'), note: stays },
    {
      kind: 'fast',
      costNanoUsd: cost('fast'),
      seconds: seconds('fast'),
      note: fastNote(fastRows, rows.length),
    },
    {
      kind: 'batch',
      costNanoUsd: cost('batch'),
      seconds: seconds('batch'),
      note: `A round of turns usually takes up to an hour, at most a day; ${rounds === 1 ? 'one round is' : `${rounds} rounds are`} counted, one a turn.${
        inBatches < rows.length ? ' Phases set to live stay live.' : ''
      }`,
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
    return 'No estimate before the first run: no agent() call was found in the source.'
  const saved = sequential.seconds - parallel.seconds
  if (saved < WORTH_SECONDS)
    return `Run it sequentially: the work is small or sequential, and running in parallel would save ${Math.max(0, saved)} s.`
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

/** A note on fast mode when only `supporting` of the rows have it; null when all do. */
function fastNote(supporting: number, rows: number): string | null {
  if (supporting === 0) return 'None of these agents supports fast mode.'
  return supporting < rows ? 'Only some of these agents support fast mode.' : null
}
