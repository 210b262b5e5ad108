import { z } from 'zod'
import { type ServerTool, worstOfServerTools } from '../spec/server-tools'
import { separateIterations, type Usage, type UsageIteration } from './usage'

const picoUsd = z.number().int().nonnegative()

/** Price of one token of each kind, in picodollars (1e-12 USD): $1 per million tokens is 1,000,000. */
export const ratesSchema = z.object({
  input: picoUsd,
  cacheWrite5m: picoUsd,
  cacheWrite1h: picoUsd,
  cacheRead: picoUsd,
  output: picoUsd,
})
export type Rates = z.infer<typeof ratesSchema>

/** One dated row of the price table. */
export const priceSchema = z.object({
  model: z.string(),
  /** ISO date (UTC) from which the row applies, until a later row of the same model. */
  effectiveFrom: z.string(),
  rates: ratesSchema,
  /**
   * Rates of the whole request once its prompt (input + cache read + cache write) is longer than
   * `aboveTokens`.
   */
  longPrompt: z.object({ aboveTokens: z.number().int(), rates: ratesSchema }).nullable(),
  /** Multiplier of fast mode on every kind; null where the model has none. */
  fastMultiplier: z.number().int().nullable(),
  /** Whether `inference_geo: us` costs 1.1 times. */
  geoPriced: z.boolean(),
  batch: z.boolean(),
})
export type Price = z.infer<typeof priceSchema>

export const tokenKinds = [
  'input',
  'cacheWrite5m',
  'cacheWrite1h',
  'cacheRead',
  'output',
  'webSearch',
] as const
export type TokenKind = (typeof tokenKinds)[number]

/**
 * Cost of one response: integer nanodollars by kind, and their sum. `uncachedNanoUsd` is what its prompt
 * would have cost without a prompt cache; responses from before it was kept have none. `isLongPrompt` says
 * which rates were taken where the price has long-prompt rates; it is left out where it has none.
 */
export type Cost = {
  totalNanoUsd: number
  byKind: Record<TokenKind, number>
  uncachedNanoUsd?: number | undefined
  isLongPrompt?: boolean | undefined
}

/** US-only inference costs 1.1 times (pricing page, August 2026). */
const US_TENTHS = 11

/** Web search costs $10 per 1,000 searches (pricing page, August 2026): 10,000,000 nanodollars each. */
const WEB_SEARCH_NANO_USD = 10_000_000

/**
 * What a response cost at the model it named, or null when that model (or a separately billed part's) has no
 * price, or when it did not say what it used. Each kind is rounded half-up to a nanodollar; the total is the
 * sum of the kinds. `at` is an ISO time and chooses the dated row.
 */
export function costOf(usage: Usage, model: string, prices: readonly Price[], at: string): Cost | null {
  const price = findPrice(prices, model, at)
  if (price === null || !usage.isMetered) return null
  const parts = [partCost(usage, price, usage)]
  for (const iteration of separateIterations(usage)) {
    const own = findPrice(prices, iteration.model ?? model, at)
    if (own === null) return null
    parts.push(partCost(iteration, own, usage))
  }
  const byKind = emptyKinds()
  for (const part of parts) for (const kind of tokenKinds) byKind[kind] += part[kind]
  byKind.webSearch += usage.webSearchRequests * WEB_SEARCH_NANO_USD
  return {
    totalNanoUsd: tokenKinds.reduce((sum, kind) => sum + byKind[kind], 0),
    byKind,
    uncachedNanoUsd: parts.reduce((sum, { uncached }) => sum + uncached, 0),
    ...(price.longPrompt === null ? {} : { isLongPrompt: isLongPrompt(price, promptTokens(usage)) }),
  }
}

/**
 * What a response probably cost, in nanodollars: as `costOf` has it, and each part that was served under a name
 * without a price as if the model that was asked for had served it. Zero where that has no price either.
 */
export function probableCostOf(
  usage: Usage,
  { served, asked }: { served: string; asked: string },
  prices: readonly Price[],
  at: string,
): number {
  const priced = (model: string) => (findPrice(prices, model, at) === null ? asked : model)
  const iterations = usage.iterations.map((iteration) =>
    iteration.model === null ? iteration : { ...iteration, model: priced(iteration.model) },
  )
  return costOf({ ...usage, iterations }, priced(served), prices, at)?.totalNanoUsd ?? 0
}

/**
 * The row that applies to a model at a time: exact id first, then the id without its snapshot date
 * (`claude-x-20260928` is priced as `claude-x`). Null when nothing matches: unknown, never zero.
 */
export function findPrice(prices: readonly Price[], model: string, at: string): Price | null {
  const undated = model.replace(/-\d{8}$/, '')
  for (const id of undated === model ? [model] : [model, undated]) {
    const rows = prices.filter((price) => price.model === id && price.effectiveFrom <= at)
    const latest = rows.reduce<Price | null>(
      (best, row) => (best && best.effectiveFrom > row.effectiveFrom ? best : row),
      null,
    )
    if (latest) return latest
  }
  return null
}

/**
 * The most a request can cost: the whole prompt at the most expensive input kind (a cache write), all of
 * `maxTokens` at the output price, at the long-prompt rates if the prompt may reach them; with what its server
 * tools may add (`serverToolsWorstNanoUsd`). Nanodollars; null when the model has no price.
 */
export function worstCaseNanoUsd(
  request: {
    model: string
    inputTokens: number
    maxTokens: number
    fast: boolean
    /** In a batch every token costs half. */
    batch: boolean
    /** Whether it is served in the US alone, which costs more. */
    isUs?: boolean
    cacheWriteKind: 'cacheWrite5m' | 'cacheWrite1h'
    serverTools?: readonly ServerTool[]
  },
  prices: readonly Price[],
  at: string,
): number | null {
  const price = findPrice(prices, request.model, at)
  if (price === null) return null
  const served = worstOfServerTools(request.serverTools ?? [])
  const rates = ratesFor(price, request.inputTokens + served.contentTokens)
  const factor = request.fast ? (price.fastMultiplier ?? 1) : 1
  const tenths = request.isUs && price.geoPriced ? US_TENTHS : 10
  const divisor = 10 * (request.batch && price.batch ? 2000 : 1000)
  const input = Math.max(rates.input, rates[request.cacheWriteKind])
  const nano = (tokens: number, rate: number) => Math.ceil((tokens * rate * factor * tenths) / divisor)
  const readAgain = served.passes * (request.inputTokens + served.contentTokens)
  return (
    nano(request.inputTokens + served.contentTokens, input) +
    nano(request.maxTokens, rates.output) +
    nano(readAgain, rates.cacheRead) +
    served.searches * WEB_SEARCH_NANO_USD
  )
}

/**
 * What server tools may add to a turn: each search at its price, what searches and pages bring as input, and the
 * prompt read again from the cache for each use, since the model goes on after every one. Nanodollars; null when
 * the model has no price.
 */
export function serverToolsWorstNanoUsd(
  request: Omit<Parameters<typeof worstCaseNanoUsd>[0], 'serverTools'>,
  serverTools: readonly ServerTool[],
  prices: readonly Price[],
  at: string,
): number | null {
  const [whole, without] = [{ ...request, serverTools }, request].map((one) =>
    worstCaseNanoUsd(one, prices, at),
  )
  return whole == null || without == null ? null : whole - without
}

function partCost(
  part: Omit<UsageIteration, 'type' | 'model'>,
  price: Price,
  whole: Usage,
): Record<TokenKind | 'uncached', number> {
  const prompt = promptTokens(part)
  const rates = ratesFor(price, prompt)
  const over20 = rateMultiplierOver20(price, {
    isFast: whole.speed === 'fast',
    isUs: whole.inferenceGeo === 'us',
    isBatch: whole.serviceTier === 'batch',
  })
  const nano = (tokens: number, rate: number) => toNano(tokens, rate, over20)
  return {
    input: nano(part.inputTokens, rates.input),
    cacheWrite5m: nano(part.cacheWrite5mTokens, rates.cacheWrite5m),
    cacheWrite1h: nano(part.cacheWrite1hTokens, rates.cacheWrite1h),
    cacheRead: nano(part.cacheReadTokens, rates.cacheRead),
    output: nano(part.outputTokens, rates.output),
    webSearch: 0,
    uncached: nano(prompt, rates.input),
  }
}

/** Everything a request sent, cached or not. */
export function promptTokens(part: Omit<UsageIteration, 'type' | 'model' | 'outputTokens'>): number {
  return part.inputTokens + part.cacheReadTokens + part.cacheWrite5mTokens + part.cacheWrite1hTokens
}

/** The rates of a request whose prompt has `prompt` tokens. */
export function ratesFor(price: Price, prompt: number): Rates {
  return price.longPrompt !== null && isLongPrompt(price, prompt) ? price.longPrompt.rates : price.rates
}

function isLongPrompt({ longPrompt }: Price, prompt: number): boolean {
  return longPrompt !== null && prompt > longPrompt.aboveTokens
}

/**
 * What speed, region and delivery multiply every rate by, over 20: a fraction keeps 1.1 and one half exact.
 */
export function rateMultiplierOver20(
  price: Price,
  { isFast, isUs, isBatch }: { isFast: boolean; isUs: boolean; isBatch: boolean },
): bigint {
  const fast = isFast ? (price.fastMultiplier ?? 1) : 1
  const geo = isUs && price.geoPriced ? BigInt(US_TENTHS) : 10n
  const batch = isBatch && price.batch ? 1n : 2n
  return BigInt(fast) * geo * batch
}

/** tokens × picodollars × multiplier/20 ÷ 1000, rounded half-up to a whole nanodollar. */
function toNano(tokens: number, ratePico: number, over20: bigint): number {
  const scaled = BigInt(tokens) * BigInt(ratePico) * over20
  const divisor = 20_000n
  return Number((scaled * 2n + divisor) / (divisor * 2n))
}

/** Nothing of any kind. */
export function emptyKinds(): Record<TokenKind, number> {
  return { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0, webSearch: 0 }
}
