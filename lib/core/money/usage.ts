import { z } from 'zod'
import { addTokens, type TokenCounts } from './token-counts'

const count = z.number().int().nonnegative()

/**
 * One separately billed pass inside a response (compaction, an advisor, a fallback); its tokens are in no
 * total.
 */
export const usageIterationSchema = z.object({
  type: z.string(),
  model: z.string().nullable(),
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWrite5mTokens: count,
  cacheWrite1hTokens: count,
})
export type UsageIteration = z.infer<typeof usageIterationSchema>

/** What one model response used. Counts are tokens; `outputTokens` already contains thinking. */
export const usageSchema = z.object({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWrite5mTokens: count,
  cacheWrite1hTokens: count,
  webSearchRequests: count,
  thinkingTokens: count,
  speed: z.enum(['standard', 'fast']),
  serviceTier: z.enum(['standard', 'priority', 'batch']),
  inferenceGeo: z.string().nullable(),
  iterations: z.array(usageIterationSchema),
  /** False when the response did not report its usage in valid counts: then its cost is unknown, not zero. */
  isMetered: z.boolean().default(true),
})
export type Usage = z.infer<typeof usageSchema>

export const noUsage: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  webSearchRequests: 0,
  thinkingTokens: 0,
  speed: 'standard',
  serviceTier: 'standard',
  inferenceGeo: null,
  iterations: [],
  isMetered: true,
}

/**
 * The usage object of the wire, read leniently: every field may be missing, null or nonsense, and then counts
 * as zero. `previous` is what an earlier event of the same response said: a field that is present REPLACES
 * it, never adds (message_delta may lower a count), and a field that is absent keeps it (only message_start
 * has the cache split).
 */
export function readUsage(wire: unknown, previous: Usage = noUsage): Usage {
  if (typeof wire !== 'object' || wire === null) return previous
  const raw = new Map<string, unknown>(Object.entries(wire))
  const write = countOf(raw.get('cache_creation_input_tokens'))
  const split = readCacheSplit(raw.get('cache_creation'))
  const server = entriesOf(raw.get('server_tool_use'))
  const details = entriesOf(raw.get('output_tokens_details'))
  return {
    inputTokens: countOf(raw.get('input_tokens')) ?? previous.inputTokens,
    outputTokens: countOf(raw.get('output_tokens')) ?? previous.outputTokens,
    cacheReadTokens: countOf(raw.get('cache_read_input_tokens')) ?? previous.cacheReadTokens,
    ...cacheWrites(write, split, previous),
    webSearchRequests: countOf(server.get('web_search_requests')) ?? previous.webSearchRequests,
    thinkingTokens: countOf(details.get('thinking_tokens')) ?? previous.thinkingTokens,
    speed: readSpeed(raw.get('speed')) ?? previous.speed,
    serviceTier: readTier(raw.get('service_tier')) ?? previous.serviceTier,
    inferenceGeo:
      typeof raw.get('inference_geo') === 'string' ? String(raw.get('inference_geo')) : previous.inferenceGeo,
    iterations: readIterations(raw.get('iterations')) ?? previous.iterations,
    isMetered: previous.isMetered,
  }
}

/**
 * The split of cache writes by lifetime. The total decides: when a later event changes it, a split from
 * message_start is stale and its remainder is put on the 5-minute side, the default lifetime.
 */
function cacheWrites(total: number | undefined, split: [number, number] | undefined, previous: Usage) {
  const [fiveMinutes, oneHour] = split ?? [previous.cacheWrite5mTokens, previous.cacheWrite1hTokens]
  const sum = total ?? fiveMinutes + oneHour
  const hour = Math.min(oneHour, sum)
  return { cacheWrite5mTokens: sum - hour, cacheWrite1hTokens: hour }
}

function readCacheSplit(wire: unknown): [number, number] | undefined {
  const raw = entriesOf(wire)
  const fiveMinutes = countOf(raw.get('ephemeral_5m_input_tokens'))
  const oneHour = countOf(raw.get('ephemeral_1h_input_tokens'))
  return fiveMinutes === undefined && oneHour === undefined ? undefined : [fiveMinutes ?? 0, oneHour ?? 0]
}

function readIterations(wire: unknown): UsageIteration[] | undefined {
  if (!Array.isArray(wire)) return undefined
  return wire.map((entry) => {
    const usage = readUsage(entry)
    const raw = entriesOf(entry)
    const model = raw.get('model')
    return {
      type: String(raw.get('type') ?? 'message'),
      model: typeof model === 'string' ? model : null,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      cacheReadTokens: usage.cacheReadTokens,
      cacheWrite5mTokens: usage.cacheWrite5mTokens,
      cacheWrite1hTokens: usage.cacheWrite1hTokens,
    }
  })
}

function readTier(value: unknown): Usage['serviceTier'] | undefined {
  return value === 'standard' || value === 'priority' || value === 'batch' ? value : undefined
}

/** Counts above this are nonsense from a broken gateway; 10 billion tokens is no response. */
const LARGEST_COUNT = 10_000_000_000

/** Whether a value of the wire is a number of tokens that can be. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_COUNT
}

function countOf(value: unknown): number | undefined {
  return isCount(value) ? value : undefined
}

function entriesOf(value: unknown): Map<string, unknown> {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : new Map()
}

/** Iterations that the top-level counts leave out, so they are counted and priced apart. */
export function separateIterations(usage: Usage): UsageIteration[] {
  return usage.iterations.filter((iteration) => iteration.type !== 'message')
}

/** All tokens of one response as a person counts them, separately billed iterations included. */
export function tokenCounts(usage: Usage): TokenCounts {
  return separateIterations(usage).reduce((sum, part) => addTokens(sum, countsOf(part)), countsOf(usage))
}

/** Tokens written to the cache for an hour, separately billed iterations included. */
export function hourWrites(usage: Usage): number {
  return separateIterations(usage).reduce(
    (sum, part) => sum + part.cacheWrite1hTokens,
    usage.cacheWrite1hTokens,
  )
}

function countsOf(part: Omit<UsageIteration, 'type' | 'model'>): TokenCounts {
  return {
    inputTokens: part.inputTokens,
    outputTokens: part.outputTokens,
    cacheReadTokens: part.cacheReadTokens,
    cacheWriteTokens: part.cacheWrite5mTokens + part.cacheWrite1hTokens,
  }
}

/**
 * About four characters make a token of English text; used only while, or where, the provider's own count is
 * missing.
 */
const CHARACTERS_PER_TOKEN = 4

/** Characters of a text as if it were English: each of another script counts as many as make a token. */
export function englishCharacters(text: string): number {
  let others = 0
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) others += 1
  return text.length + others * (CHARACTERS_PER_TOKEN - 1)
}

/**
 * Usage of a response that is not finished: its output as counted so far, or as its characters suggest
 * (`englishCharacters`), whichever is more.
 */
export function usageSoFar(usage: Usage, outputCharacters: number): Usage {
  return {
    ...usage,
    outputTokens: Math.max(usage.outputTokens, Math.ceil(outputCharacters / CHARACTERS_PER_TOKEN)),
  }
}

/** Assumed tokens a second of silent thinking; the provider documents no pace. */
const SILENT_TOKENS_PER_SECOND = 100
/** This long a response may take to begin without having thought at all. */
const UNSUSPICIOUS_MS = 5_000

/**
 * Probable usage of a response that broke off: what was received, plus possible thinking before its first
 * word, which is billed though not received. Never more than it was allowed.
 */
export function usageAtLoss(
  usage: Usage,
  heard: { outputCharacters: number; silentMs: number; maxTokens: number },
): Usage {
  const known = usageSoFar(usage, heard.outputCharacters)
  const silentSeconds = Math.max(0, heard.silentMs - UNSUSPICIOUS_MS) / 1000
  const thought = Math.ceil(silentSeconds * SILENT_TOKENS_PER_SECOND)
  const outputTokens = Math.max(known.outputTokens, Math.min(heard.maxTokens, known.outputTokens + thought))
  return { ...known, outputTokens }
}

/** A speed that is known; null for anything else. */
function readSpeed(value: unknown): 'fast' | 'standard' | null {
  return value === 'fast' || value === 'standard' ? value : null
}
