import {
  type AgentSample,
  type Delivery,
  deliveries,
  type EstimateRow,
  type Range,
  secondsOf,
  sumOf,
} from '@/lib/core/estimate/estimate'
import { type Parallelism, parallelismUnderCaps, tightest } from '@/lib/core/estimate/parallelism'
import { ANSWER_TOKENS } from '@/lib/core/estimate/single-call'
import { findPrice, type Price } from '@/lib/core/money/pricing'
import type { SavedEstimate } from '@/lib/core/spec/calibration'
import { phaseLimitsOf } from '@/lib/core/spec/phase-settings'
import type { RunSpec } from '@/lib/core/spec/run'
import type { Orchestrator } from '@/lib/core/spec/run-status'
import type { App } from '@/lib/server/app/app'
import { groupsInSource, groupsInTrial, once } from './estimate-groups'
import { rowsOf } from './estimate-rows'
import type { LaunchRequest } from './launch-request'
import type { TrialPrompt } from './trial-prompts'

/**
 * Everything a plan says in numbers. Ranges are sums over the rows, null where a row has none or nothing is
 * known.
 */
export type LaunchEstimate = {
  rows: EstimateRow[]
  agents: Range | null
  tokens: Range | null
  costNanoUsd: Range | null
  seconds: Range | null
  basis: string
  deliveries: Delivery[]
  /** `slots` are as many as go at once, whatever the caps; null in batches, which take none. */
  parallelism: (Parallelism & { slots: number | null }) | null
  historyRuns: number
}

/** What an estimate is worked out from: a launch, or what is left of one that has run. */
type EstimateInput = Pick<LaunchRequest, 'spec' | 'detail' | 'args'> & {
  /** Whether its agents get file tools. */
  hasFiles: boolean
  /** Tokens in each of their prompts of what the workspace says to agents; 0 where they are told nothing. */
  noteTokens: number
}

/** Newest ended runs of a workflow that its estimates rest on. */
const HISTORY_RUNS = 14

/** What is known of a goal before it is led. */
const goals: Readonly<Record<Exclude<Orchestrator, 'script'>, string>> = {
  plan: 'Covers one planner, which surveys the files and writes the script, on which you decide before it runs; each change you request runs another planner',
  live: 'Covers one orchestrator. It decides at run time how many agents to start; the limits apply',
}

/**
 * What a launch request would run and cost. Numbers of agents come from the prompts of a trial run where
 * there are any, else from earlier runs, else from the source; tokens and time from earlier runs, else from
 * measured prompts, else from a stated prior. `counted` prompts were counted by the provider.
 */
export async function estimateLaunch(
  app: App,
  { spec, detail, args, hasFiles, noteTokens }: EstimateInput,
  trial: { prompts: readonly TrialPrompt[]; counted: number; isWhole: boolean } | null,
): Promise<LaunchEstimate> {
  const at = new Date(app.now()).toISOString()
  const prices = app.prices.list()
  const priceOf = (model: string) => findPrice(prices, model, at)
  const goal = spec.orchestrator === 'script' ? null : goals[spec.orchestrator]
  const samples = (
    await app.store.agentSamples(
      { digest: detail.digest, root: spec.workspace?.root ?? null, args, simulated: spec.simulated },
      HISTORY_RUNS,
    )
  ).map((sample) => atListPrice(sample, priceOf))
  const inSource = () => groupsInSource(detail.calls, spec)
  const fromSource = () => (goal === null ? inSource() : inSource().map(once))
  const groups = trial === null ? fromSource() : groupsInTrial(trial.prompts, spec, trial.isWhole)
  const grounds = {
    samples,
    hasFiles,
    noteTokens,
    limits: spec.limits,
    speed: spec.speed,
    prices,
    priceOf,
    at,
  }
  const rows = rowsOf(groups, grounds)
  const running = parallelismOf(rows, spec)
  const mostOf = (asked: number | null) => Math.min(asked ?? app.env.maxConcurrency, app.env.maxConcurrency)
  const slotsWith = (asked: number | null) => (phase: string) =>
    running.reduce(
      (least, one) => (one.phase === phase ? Math.min(least, one.maxParallel) : least),
      mostOf(asked),
    )
  const slotsOf = slotsWith(spec.concurrency)
  // A launch that goes one by one is a column of its own: beside it the figure with all slots is shown.
  const slotsBeside = spec.concurrency === 1 ? slotsWith(null) : slotsOf
  const tight = goal === null ? tightest(running) : null
  const isBatched = (title: string) =>
    rows.every(({ phase, delivery }) => phase !== title || delivery === 'batch')
  const isUnknown = rows.length === 0 || spec.orchestrator === 'live'
  const historyRuns = new Set(samples.map(({ runId }) => runId)).size
  return {
    rows,
    ...(isUnknown ? noSums : sumsOf(rows, slotsOf)),
    basis: basisOf(rows, historyRuns, trial, goal),
    deliveries: rows.length === 0 || goal !== null ? [] : deliveries(rows, slotsBeside),
    parallelism:
      tight === null ? null : { ...tight, slots: isBatched(tight.phase) ? null : mostOf(spec.concurrency) },
    historyRuns,
  }
}

type Sums = Pick<LaunchEstimate, 'agents' | 'tokens' | 'costNanoUsd' | 'seconds'>

const noSums: Sums = { agents: null, tokens: null, costNanoUsd: null, seconds: null }

/** The sums of all rows; dollars only where every row has a price. */
function sumsOf(rows: readonly EstimateRow[], slotsOf: (phase: string) => number): Sums {
  const costs = rows.flatMap(({ costNanoUsd }) => (costNanoUsd === null ? [] : [costNanoUsd]))
  const secondsAt = (edge: keyof Range) => Math.round(secondsOf(rows, slotsOf, { edge, option: null }))
  return {
    agents: sumOf(rows.map(({ agents }) => agents)),
    tokens: sumOf(rows.map(({ tokens }) => tokens)),
    costNanoUsd: costs.length < rows.length ? null : sumOf(costs),
    seconds: { low: secondsAt('low'), likely: secondsAt('likely'), high: secondsAt('high') },
  }
}

/** What is saved with a run of its estimate; null for what can be compared with no actual. */
export function savedEstimate(estimate: LaunchEstimate, spec: RunSpec): SavedEstimate | null {
  if (spec.orchestrator !== 'script' || spec.dryRun !== null || estimate.rows.length === 0) return null
  const { agents, costNanoUsd, tokens, seconds, basis } = estimate
  return { agents, costNanoUsd, tokens, seconds, basis }
}

/**
 * Fast mode multiplies what the sample cost; rows are worked out at list prices and priced for themselves.
 */
function atListPrice(sample: AgentSample, priceOf: (model: string) => Price | null): AgentSample {
  const by = sample.isFast ? (priceOf(sample.model)?.fastMultiplier ?? 1) : 1
  return sample.costNanoUsd === null || by === 1
    ? sample
    : { ...sample, costNanoUsd: Math.round(sample.costNanoUsd / by) }
}

function parallelismOf(rows: readonly EstimateRow[], { limits }: RunSpec): Parallelism[] {
  const groups = rows.map(({ phase, agents, reservationNanoUsd, reservationTokens }) => ({
    phase,
    agents: agents.likely,
    reservationNanoUsd,
    reservationTokens,
  }))
  const capOf = (unit: 'nanoUsd' | 'tokens') => (phase: string) => {
    const own = phaseLimitsOf(limits.phases, phase)[unit]
    return own === null || limits[unit] === null ? (own ?? limits[unit]) : Math.min(own, limits[unit])
  }
  return parallelismUnderCaps(groups, { nanoUsd: capOf('nanoUsd'), tokens: capOf('tokens') })
}

/** Where the numbers come from, in words. */
function basisOf(
  rows: readonly EstimateRow[],
  historyRuns: number,
  trial: { counted: number; isWhole: boolean } | null,
  goal: string | null,
): string {
  const runs = `${historyRuns} earlier run${historyRuns === 1 ? '' : 's'} of the same script, folder and arguments`
  const counts =
    goal ??
    (rows.some(({ countBasis }) => countBasis === 'history') ? `Agent count from ${runs}` : countedIn(trial))
  const answers = `${ANSWER_TOKENS.low.toLocaleString('en')} to ${ANSWER_TOKENS.high.toLocaleString('en')} tokens`
  const words: Record<EstimateRow['tokenBasis'], string> = {
    history: `${historyRuns} earlier run${historyRuns === 1 ? '' : 's'} (median, 10th and 90th percentile)`,
    measured: `prompts measured in it${trial !== null && trial.counted > 0 ? ' and counted by the provider' : ''}, with ${answers} assumed per answer`,
    prior: 'a guess: 20-120k per agent with files, 1-10k without',
  }
  const names = {
    history: 'of phases with a history',
    measured: 'of single calls',
    prior: 'of the others',
  }
  const present = (['history', 'measured', 'prior'] as const).filter((basis) =>
    rows.some(({ tokenBasis }) => tokenBasis === basis),
  )
  const [only = 'prior'] = present
  if (present.length <= 1)
    return `${counts}; ${only === 'history' ? 'tokens, dollars and time' : 'tokens'} from ${words[only]}.`
  return `${counts}; tokens ${present.map((basis) => `${names[basis]} from ${words[basis]}`).join('; ')}.`
}

/** What agents were counted in, where no history says how many there are. */
function countedIn(trial: { isWhole: boolean } | null): string {
  if (trial === null)
    return 'Agent count from the source: calls in a loop run 1 to 25 times (median and 90th percentile of public workflows)'
  return trial.isWhole
    ? 'Agent count from a dry run with simulated answers; half to twice as many where answers decide'
    : 'Agent count from a dry run that was stopped early: a lower bound'
}
