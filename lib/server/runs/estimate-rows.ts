import { likelyRoom } from '@/lib/core/caps/output-room'
import {
  atDeliveryTerms,
  type deliveryOptions,
  deliveryTermsFor,
  deliveryTermsOf,
} from '@/lib/core/estimate/delivery-options'
import {
  type AgentSample,
  costOfTokens,
  type EstimateRow,
  historyOf,
  none,
  one,
  type Range,
  sumOf,
  times,
  withinCap,
} from '@/lib/core/estimate/estimate'
import { costOfCall, singleCall } from '@/lib/core/estimate/single-call'
import { type Price, worstCaseNanoUsd } from '@/lib/core/money/pricing'
import type { Limits, Speed } from '@/lib/core/spec/run'
import type { EstimateGroup } from './estimate-groups'
import type { TrialPrompt } from './trial-prompts'

/**
 * Tokens, seconds and turns of an agent that works with files, over all its turns, when nothing has been
 * measured. The turns are those in which prompts that begin with three thousand tokens, and grow by as much
 * and a little, come to these.
 */
const WITH_TOOLS = {
  tokens: { low: 20_000, likely: 70_000, high: 120_000 },
  seconds: { low: 30, likely: 90, high: 300 },
  turns: { low: 3, likely: 6, high: 8 },
}

/** The same of a single answer without tools. */
const PLAIN = {
  tokens: { low: 1_000, likely: 3_000, high: 10_000 },
  seconds: { low: 5, likely: 20, high: 60 },
  turns: one,
}

/** Prompt of a first turn where none was measured; the priors above are of agents with such prompts. */
const FIRST_PROMPT_TOKENS = 3_000

/** What rows are worked out with. */
export type RowGrounds = {
  samples: readonly AgentSample[]
  hasFiles: boolean
  /** Tokens in each prompt of an agent with files of what the workspace says to agents. */
  noteTokens: number
  limits: Limits
  /** Speed of the launch. */
  speed: Speed
  prices: readonly Price[]
  priceOf(model: string): Price | null
  at: string
}

/** The lines of a plan, with no more agents than the caps of the launch and its phases let start, together too. */
export function rowsOf(groups: readonly EstimateGroup[], grounds: RowGrounds): EstimateRow[] {
  const agents = withinCap(
    groups.map((group) => agentsOf(group, grounds)),
    grounds.limits.agents,
  )
  return groups.map((group, at) => rowOf(group, agents[at] ?? none, grounds))
}

function agentsOf({ isFixed, agents, phase, model }: EstimateGroup, { samples, limits }: RowGrounds): Range {
  return isFixed ? agents : capped(historyOf(samples, phase, model).agents ?? agents, phase, limits)
}

/** One line of the plan: numbers of earlier runs first, then what was measured, then a stated prior. */
function rowOf(group: EstimateGroup, agents: Range, grounds: RowGrounds): EstimateRow {
  const { phase, model, deliveryTerms, pinned } = group
  const price = grounds.priceOf(model)
  const known = historyOf(grounds.samples, phase, model)
  const guess =
    group.trial.length > 0
      ? trialUse(group.trial, price, grounds.noteTokens)
      : sourceUse(agents, grounds.hasFiles, price, grounds.noteTokens)
  const tokens = known.tokens === null ? guess.tokens : times(agents, known.tokens)
  const listPrice = () => {
    if (price === null) return null
    if (known.costNanoUsd !== null) return times(agents, known.costNanoUsd)
    return known.tokens === null ? guess.costNanoUsd : costOfTokens(tokens, price)
  }
  const list = listPrice()
  const countBasis = group.isFixed || known.agents === null ? 'source' : 'history'
  const guessBasis = guess.isMeasured ? 'measured' : 'prior'
  const optionOf = (option: (typeof deliveryOptions)[number]) => {
    const own = deliveryTermsFor(model, pinned, deliveryTermsOf(option, grounds.speed))
    return {
      ...own,
      costNanoUsd: list === null || price === null ? null : atDeliveryTerms(list.likely, own, price),
    }
  }
  return {
    phase,
    model,
    ...deliveryTerms,
    agents,
    tokens,
    costNanoUsd:
      list === null || price === null
        ? null
        : {
            low: atDeliveryTerms(list.low, deliveryTerms, price),
            likely: atDeliveryTerms(list.likely, deliveryTerms, price),
            high: atDeliveryTerms(list.high, deliveryTerms, price),
          },
    secondsEach: known.seconds ?? guess.secondsEach,
    turnsEach: known.turns ?? guess.turnsEach,
    chain: Math.max(1, ...group.trial.map(({ chain }) => chain)),
    ...reservationOf(group, grounds),
    deliveryOptions: { live: optionOf('live'), fast: optionOf('fast'), batch: optionOf('batch') },
    countBasis: group.trial.length > 0 ? 'dry-run' : countBasis,
    tokenBasis: known.tokens === null ? guessBasis : 'history',
  }
}

/** No more agents than the caps let start. */
function capped(agents: Range, phase: string, { agents: most, phases }: Limits): Range {
  const cap = Math.min(
    most,
    (Object.hasOwn(phases, phase) ? phases[phase]?.agents : null) ?? Number.POSITIVE_INFINITY,
  )
  return {
    low: Math.min(agents.low, cap),
    likely: Math.min(agents.likely, cap),
    high: Math.min(agents.high, cap),
  }
}

type Guess = {
  tokens: Range
  costNanoUsd: Range | null
  secondsEach: Range
  turnsEach: Range
  isMeasured: boolean
}

function sourceUse(agents: Range, hasFiles: boolean, price: Price | null, noteTokens: number): Guess {
  const prior = hasFiles ? WITH_TOOLS : PLAIN
  const tokens = times(agents, prior.tokens)
  const told = repeated(hasFiles ? noteTokens : 0, times(agents, prior.turns), price)
  return {
    tokens: sumOf([tokens, told.tokens]),
    costNanoUsd: price === null ? null : sumOf([costOfTokens(tokens, price), told.costNanoUsd]),
    secondsEach: prior.seconds,
    turnsEach: prior.turns,
    isMeasured: false,
  }
}

/**
 * The sum over the agents of a trial run, each by what it is: a single call, or a conversation with tools.
 */
function trialUse(trial: readonly TrialPrompt[], price: Price | null, noteTokens: number): Guess {
  const measured = trial.flatMap(({ tokens }) => (tokens === null ? [] : [tokens]))
  const usual =
    measured.length === 0
      ? null
      : Math.round(measured.reduce((sum, tokens) => sum + tokens, 0) / measured.length)
  const each = trial.map((prompt) => agentUse(prompt, prompt.tokens ?? usual, price, noteTokens))
  const costs = each.flatMap(({ costNanoUsd }) => (costNanoUsd === null ? [] : [costNanoUsd]))
  const hasTools = trial.some((prompt) => prompt.hasTools)
  return {
    tokens: sumOf(each.map(({ tokens }) => tokens)),
    costNanoUsd: costs.length < each.length ? null : sumOf(costs),
    secondsEach: (hasTools ? WITH_TOOLS : PLAIN).seconds,
    turnsEach: (hasTools ? WITH_TOOLS : PLAIN).turns,
    isMeasured: !hasTools && usual !== null,
  }
}

function agentUse(
  { hasTools, spec }: TrialPrompt,
  promptTokens: number | null,
  price: Price | null,
  noteTokens: number,
): { tokens: Range; costNanoUsd: Range | null } {
  if (!hasTools && promptTokens !== null) {
    const use = singleCall(promptTokens, spec.options.maxTokens)
    return {
      tokens: sumOf([use.input, use.output]),
      costNanoUsd: price === null ? null : costOfCall(use, price),
    }
  }
  const { low, likely, high } = (hasTools ? WITH_TOOLS : PLAIN).tokens
  const longer = Math.max(0, (promptTokens ?? 0) - FIRST_PROMPT_TOKENS)
  const tokens = { low: low + longer, likely: likely + longer, high: high + longer }
  const { turns } = hasTools ? WITH_TOOLS : PLAIN
  // In the first turn they were measured with the prompt.
  const later = { low: turns.low - 1, likely: turns.likely - 1, high: turns.high - 1 }
  const told = repeated(hasTools ? noteTokens : 0, later, price)
  return {
    tokens: sumOf([tokens, told.tokens]),
    costNanoUsd: price === null ? null : sumOf([costOfTokens(tokens, price), told.costNanoUsd]),
  }
}

/** The common beginning of `prompts` prompts, counted as read from the cache in each of them. */
function repeated(
  tokensEach: number,
  prompts: Range,
  price: Price | null,
): { tokens: Range; costNanoUsd: Range } {
  const tokens = times(prompts, { low: tokensEach, likely: tokensEach, high: tokensEach })
  const nano = (count: number) => Math.round((count * (price?.rates.cacheRead ?? 0)) / 1000)
  return {
    tokens,
    costNanoUsd: { low: nano(tokens.low), likely: nano(tokens.likely), high: nano(tokens.high) },
  }
}

/**
 * What the first turn of one agent of the group reserves where money bounds how many run at once; for a trial
 * run the mean, so it adds up over all. The launch's caps of every agent bound it, since a turn leaves with as
 * much as its agent's own caps leave it.
 */
function reservationOf(
  { model, deliveryTerms, maxTokens, trial }: EstimateGroup,
  { prices, at, limits: { perAgent } }: RowGrounds,
): Pick<EstimateRow, 'reservationNanoUsd' | 'reservationTokens'> {
  const bound = trial.reduce((sum, { boundTokens }) => sum + boundTokens, 0) / Math.max(1, trial.length)
  const inputTokens = trial.length === 0 ? FIRST_PROMPT_TOKENS : Math.ceil(bound)
  const output = Math.min(maxTokens, likelyRoom([], model, null))
  const reservationTokens = Math.min(
    inputTokens + output,
    Math.max(inputTokens, perAgent.tokens ?? Number.POSITIVE_INFINITY),
  )
  const worst = worstCaseNanoUsd(
    {
      model,
      inputTokens,
      maxTokens: reservationTokens - inputTokens,
      fast: deliveryTerms.speed === 'fast',
      batch: deliveryTerms.delivery === 'batch',
      cacheWriteKind: deliveryTerms.delivery === 'batch' ? 'cacheWrite1h' : 'cacheWrite5m',
    },
    prices,
    at,
  )
  return {
    reservationNanoUsd: worst === null ? null : Math.min(worst, perAgent.nanoUsd ?? Number.POSITIVE_INFINITY),
    reservationTokens,
  }
}
