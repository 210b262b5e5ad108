import { countsFewerTokens, modelRules } from '../money/models'
import { findPrice, type Price, type Rates, ratesFor } from '../money/pricing'
import type { Effort } from '../spec/run'
import { atDeliveryTerms, type DeliveryTerms } from './delivery-options'
import type { Range } from './estimate'

/** What an agent of the origin used over all its turns; thinking is a part of its output. */
export type Measured = {
  model: string
  effort: Effort | null
  turns: number
  inputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  outputTokens: number
  thinkingTokens: number
}

/** A call that a fork would buy, as it would be asked. */
export type BoughtCall = {
  model: string
  effort: Effort | null
  deliveryTerms: DeliveryTerms
  /** Whether its prompt begins with what the cache may hold. */
  isCached: boolean
  /** Calls that are bought beside it and share its beginning, itself included. */
  alike: number
  /**
   * Share of its first prompt that is its own. The rest are instructions and tools, which comparable calls
   * send too.
   */
  ownShare: number
  /** Most output of a turn. */
  maxTokens: number
  /** The same call in the origin, if it was answered there; else an agent like it; null when nothing is. */
  like: Measured | null
  isSame: boolean
  /** Its first prompt as the trial run measured it; null where it did not. */
  promptTokens: number | null
}

/** Tokens a model thinks at each effort, as a multiple of what it thinks at medium: a stated prior. */
const THINKING: Readonly<Record<Effort, number>> = { low: 0.35, medium: 1, high: 2, xhigh: 4, max: 6.5 }

/** What it says, likewise: more effort also writes more. */
const VISIBLE: Readonly<Record<Effort, number>> = { low: 0.8, medium: 1, high: 1.2, xhigh: 1.4, max: 1.6 }

/** Output of an answer when nothing like it was measured: a stated prior. */
const ANSWER: Range = { low: 150, likely: 500, high: 1_800 }

/** Tokens that models before 4.7 count for each token of a later model, in the same text (pricing page). */
const OLDER_TOKENS = 1 / 1.3

/**
 * List-price nanodollars of a fork's new calls, at their models, speeds and deliveries; null where one has no
 * price.
 */
export function costOfFork(calls: readonly BoughtCall[], prices: readonly Price[], at: string): Range | null {
  const each: Range[] = []
  for (const call of calls) {
    const price = findPrice(prices, call.model, at)
    if (price === null) return null
    each.push(costOf(call, price))
  }
  const likely = sum(each.map((one) => one.likely))
  const below = spreadOf(
    each.map((one) => one.likely - one.low),
    0.55,
  )
  const above = spreadOf(
    each.map((one) => one.high - one.likely),
    0.5,
  )
  return { low: Math.floor(likely - below), likely: Math.round(likely), high: Math.ceil(likely + above) }
}

/**
 * The error of a sum from the errors of its parts: less than their sum, since they seldom all err one way,
 * and at least the `common` part, since they share a guess. Downwards it is larger: a cache helps all of
 * them.
 */
function spreadOf(offs: readonly number[], common: number): number {
  return Math.max(common * sum(offs), Math.sqrt(sum(offs.map((off) => off * off))))
}

function costOf(call: BoughtCall, price: Price): Range {
  const prompt = promptOf(call)
  const output = outputOf(call)
  const rates = ratesFor(price, prompt.each)
  const writing = call.deliveryTerms.delivery === 'batch' ? rates.cacheWrite1h : rates.cacheWrite5m
  const input = inputCostOf(prompt, rates, writing)
  const nano = (promptPico: number, outputTokens: number) =>
    atDeliveryTerms((promptPico + outputTokens * rates.output) / 1000, call.deliveryTerms, price)
  return {
    low: nano(input.low * prompt.least, output.low),
    likely: nano(input.likely, output.likely),
    high: nano(input.high * prompt.most, output.high),
  }
}

/**
 * Prompt tokens in all turns, counted by the model that would be asked, and what of them goes through its
 * cache.
 */
type Prompt = {
  new: number
  written: number
  read: number
  total: number
  /** Of one turn. */
  each: number
  cache: 'none' | 'maybe' | 'sure'
  least: number
  most: number
}

function promptOf(call: BoughtCall): Prompt {
  const { model, like, isSame, isCached, promptTokens } = call
  const { minCacheTokens } = modelRules(model)
  const turns = Math.max(1, like?.turns ?? 1)
  const isSingle = turns === 1
  // A first prompt that was measured is better than that of a call that is only similar.
  const total =
    like === null || (!isSame && isSingle && promptTokens !== null)
      ? (promptTokens ?? ANSWER.likely)
      : promptOfLike(like) * tokenFactor(like.model, model)
  const each = total / turns
  const cacheIfAny = like?.model === model ? cacheSeen(like) : cacheExpected(each / minCacheTokens)
  const cache = isCached ? cacheIfAny : 'none'
  const ofSeveral = isSame ? { least: 0.6, most: 1.7 } : { least: 0.4, most: 2.2 }
  const sure = isSingle ? { least: cache === 'none' ? 0.9 : 0.6, most: 1.12 } : ofSeveral
  return { ...throughCache(call, total, turns), total, each, cache, ...sure }
}

/** What the same model did with prompts as long. */
function cacheSeen(like: Measured): Prompt['cache'] {
  return like.cacheReadTokens + like.cacheWriteTokens > 0 ? 'sure' : 'none'
}

/** A prompt that is shorter than a model's least is never cached; near it nobody can tell. */
function cacheExpected(share: number): Prompt['cache'] {
  if (share < 0.8) return 'none'
  return share > 1.25 ? 'sure' : 'maybe'
}

/** As it was measured, or where nothing was cached then: each turn reads what those before it have sent. */
function throughCache({ like, alike, ownShare }: BoughtCall, total: number, turns: number) {
  const all = like === null ? 0 : promptOfLike(like)
  const wasCached = like !== null && like.cacheReadTokens + like.cacheWriteTokens > 0
  if (wasCached && all > 0) {
    const scale = total / all
    return {
      new: like.inputTokens * scale,
      written: like.cacheWriteTokens * scale,
      read: like.cacheReadTokens * scale,
    }
  }
  // A single request can only read what it shares with others: instructions and tools, written by the first.
  const written =
    turns === 1 ? total * (ownShare + (1 - ownShare) / Math.max(1, alike)) : (2 * total) / (turns + 1)
  return { new: 0, written, read: total - written }
}

/** Picodollars of the prompts: at best the cache is already filled, at worst nothing is found in it. */
function inputCostOf(
  { new: fresh, written, read, total, cache }: Prompt,
  rates: Rates,
  writing: number,
): Range {
  const plain = total * rates.input
  if (cache === 'none') return { low: plain, likely: plain, high: plain }
  const cached = fresh * rates.input + written * writing + read * rates.cacheRead
  const warm = fresh * rates.input + (written + read) * rates.cacheRead
  return {
    low: Math.min(warm, cached),
    likely: cache === 'sure' ? cached : (cached + plain) / 2,
    high:
      cache === 'sure'
        ? Math.max(cached, (written + read * 0.5) * writing + (fresh + read * 0.5) * rates.input)
        : Math.max(plain, total * writing),
  }
}

function outputOf({ model, effort, like, isSame, maxTokens }: BoughtCall): Range {
  if (like === null) return bounded(ANSWER, maxTokens)
  const byModel = tokenFactor(like.model, model)
  const longer = VISIBLE[effortOf(model, effort)] / VISIBLE[effortOf(like.model, like.effort)]
  const said = Math.max(0, like.outputTokens - like.thinkingTokens) * byModel * longer
  const before = thinkingOf(like.model, like.effort)
  const now = thinkingOf(model, effort)
  const isAlike = like.model === model && before === now
  const thought = before === 0 ? said * 0.5 * now : (like.thinkingTokens * byModel * now) / before
  const most = maxTokens * Math.max(1, like.turns)
  // The further from how it was asked, the less its answer tells.
  const further = before > 0 && now > 0 ? Math.abs(Math.log(now / before)) : 1
  const wideIfSame = isAlike ? 1.5 : 1.65
  const wide = (isSame ? wideIfSame : 2.2) + 0.5 * further
  const share = { low: 1 / wide, high: wide }
  const likely = said + thought
  // What one thought says little of what another will.
  const unsure = thought * (isSame ? 0.3 : 0.5)
  return bounded({ low: likely * share.low - unsure, likely, high: likely * share.high + unsure }, most)
}

function bounded({ low, likely, high }: Range, most: number): Range {
  return { low: Math.max(1, Math.min(low, most)), likely: Math.min(likely, most), high: Math.min(high, most) }
}

/** How much a model thinks at an effort, or at its own; nothing where it does not think. */
function thinkingOf(model: string, effort: Effort | null): number {
  return modelRules(model).thinking === 'none' ? 0 : THINKING[effortOf(model, effort)]
}

function effortOf(model: string, effort: Effort | null): Effort {
  return effort ?? modelRules(model).defaultEffort
}

function tokenFactor(from: string, to: string): number {
  if (countsFewerTokens(from) === countsFewerTokens(to)) return 1
  return countsFewerTokens(to) ? OLDER_TOKENS : 1 / OLDER_TOKENS
}

function promptOfLike({ inputTokens, cacheReadTokens, cacheWriteTokens }: Measured): number {
  return inputTokens + cacheReadTokens + cacheWriteTokens
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0)
}
