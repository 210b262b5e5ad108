import { type Json, type JsonObject, parseJson } from '@/lib/core/base/json'
import type { PromptUsage } from '../rules/cache'
import { countTokens, cutToTokens, deltasOf, type Tokenizer } from '../rules/tokens'
import { objectOf } from './json'
import type { Reply, ReplyBlock } from './reply'

/** A content block as it will be sent, with the tokens it costs. */
export type WireBlock =
  | { type: 'thinking'; text: string; signature: string; tokens: number }
  | { type: 'text'; text: string; tokens: number }
  | { type: 'tool_use' | 'server_tool_use'; id: string; name: string; json: string; tokens: number }
  | Extract<ReplyBlock, { type: 'server_result' }>

/** One whole response, decided before its first byte leaves. */
export interface WireMessage {
  id: string
  model: string
  blocks: WireBlock[]
  stopReason: string
  stopSequence: string | null
  stopDetails: JsonObject | null
  prompt: PromptUsage
  outputTokens: number
  thinkingTokens: number
  served: Served
  serviceTier: 'standard' | 'batch'
  speed: 'standard' | 'fast'
  inferenceGeo: string
}

/** What tools of the API's own were used for, and what they brought: billed as input of the same response. */
export interface Served {
  searches: number
  fetches: number
  inputTokens: number
}

/** What decides how a reply looks on the wire. */
export interface WireRules {
  tokenizer: Tokenizer
  maxTokens: number
  stopSequences: readonly string[]
  showsThinking: boolean
  /** What proves that a thinking block came from here, as it stands. */
  signatureOf: (thinking: string) => string
  newId: (prefix: string) => string
}

/**
 * The part of a message that its reply decides: blocks cut at `max_tokens` or a stop sequence, and their
 * token counts.
 */
export function composeBlocks(reply: Reply, rules: WireRules) {
  let left = rules.maxTokens
  let stopReason: string = reply.stopReason
  let stopSequence: string | null = null
  const blocks: WireBlock[] = []
  for (const block of reply.blocks) {
    const stop = block.type === 'text' ? firstStop(block.text, rules.stopSequences) : null
    const whole = toWire(
      stop && block.type === 'text' ? { ...block, text: block.text.slice(0, stop.at) } : block,
      rules,
    )
    if (whole.tokens > left) {
      stopReason = 'max_tokens'
      if (left > 0) blocks.push(cut(whole, left, rules.tokenizer))
      left = 0
      break
    }
    left -= whole.tokens
    blocks.push(whole)
    if (stop !== null) {
      stopReason = 'stop_sequence'
      stopSequence = stop.sequence
      break
    }
  }
  const thinkingTokens = blocks.reduce(
    (sum, block) => sum + (block.type === 'thinking' ? block.tokens : 0),
    0,
  )
  const counted = rules.maxTokens - left
  const outputTokens =
    rules.maxTokens === 0 ? 0 : Math.max(1, Math.min(reply.tokens ?? counted, rules.maxTokens))
  if (rules.maxTokens === 0) stopReason = 'max_tokens'
  const served = servedIn(blocks)
  const { stopDetails } = reply
  return { blocks, stopReason, stopSequence, stopDetails, outputTokens, thinkingTokens, served }
}

function servedIn(blocks: readonly WireBlock[]): Served {
  const results = blocks.flatMap((block) => (block.type === 'server_result' ? [block] : []))
  const usesOf = (name: string) => results.filter((result) => result.isBilled && result.name === name).length
  return {
    searches: usesOf('web_search'),
    fetches: usesOf('web_fetch'),
    inputTokens: results.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
  }
}

/** The body of a non-streaming response. */
export function messageBody(message: WireMessage): JsonObject {
  return {
    ...startBody(message),
    content: message.blocks.map(contentOf),
    stop_reason: message.stopReason,
    stop_sequence: message.stopSequence,
    stop_details: message.stopDetails,
    usage: { ...startUsage(message), ...endUsage(message) },
  }
}

/** A piece of the stream and how many output tokens were produced before it may leave. */
export interface Frame {
  afterTokens: number
  text: string
  isLast?: true
}

/** The whole stream, event by event, made while it is read so that hundreds of streams stay small. */
export function* framesOf(message: WireMessage): Generator<Frame> {
  yield { afterTokens: -1, text: sse({ type: 'message_start', message: startBody(message) }) + PING }
  let tokens = 0
  const counted = message.blocks.reduce((sum, block) => sum + block.tokens, 0)
  // A scripted bill may differ from what the text counts: the pace follows the bill.
  const scale = counted === 0 ? 1 : message.outputTokens / counted
  for (const [index, block] of message.blocks.entries()) {
    yield {
      afterTokens: tokens * scale,
      text: sse({ type: 'content_block_start', index, content_block: emptyBlock(block) }),
    }
    const parts = [...deltas(block)]
    const perCharacter =
      block.tokens /
      Math.max(
        1,
        parts.reduce((sum, part) => sum + part.length, 0),
      )
    let within = 0
    for (const part of parts) {
      within += part.length * perCharacter
      yield {
        afterTokens: (tokens + within) * scale,
        text: sse({ type: 'content_block_delta', index, delta: deltaOf(block, part) }),
      }
    }
    tokens += block.tokens
    if (block.type === 'thinking') {
      const delta = { type: 'signature_delta', signature: block.signature }
      yield { afterTokens: tokens * scale, text: sse({ type: 'content_block_delta', index, delta }) }
    }
    yield { afterTokens: tokens * scale, text: sse({ type: 'content_block_stop', index }) }
  }
  yield {
    afterTokens: message.outputTokens,
    text: sse(messageDelta(message)) + sse({ type: 'message_stop' }),
    isLast: true,
  }
}

/** One server-sent event: a name line, a data line and the blank line without which clients drop it. */
export function sse(event: JsonObject & { type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

/** Keeps a silent stream alive. */
export const PING = sse({ type: 'ping' })

function toWire(block: ReplyBlock, rules: WireRules): WireBlock {
  switch (block.type) {
    case 'thinking': {
      const text = rules.showsThinking ? block.text : ''
      return { type: 'thinking', text, signature: rules.signatureOf(text), tokens: block.tokens }
    }
    case 'text':
      return { type: 'text', text: block.text, tokens: countTokens(block.text, rules.tokenizer) }
    case 'server_result':
      return block
    case 'server_tool_use': {
      const json = JSON.stringify(block.input)
      return { ...block, json, tokens: 12 + countTokens(json, rules.tokenizer) }
    }
    case 'tool_use': {
      const json = JSON.stringify(block.input)
      return {
        type: 'tool_use',
        id: rules.newId('toolu'),
        name: block.name,
        json,
        tokens: 12 + countTokens(json, rules.tokenizer),
      }
    }
  }
}

function cut(block: WireBlock, tokens: number, tokenizer: Tokenizer): WireBlock {
  if (block.type === 'thinking') return { ...block, tokens }
  if (block.type === 'server_result') return block
  if (block.type === 'text') return { ...block, text: cutToTokens(block.text, tokens, tokenizer), tokens }
  return { ...block, json: cutToTokens(block.json, Math.max(0, tokens - 12), tokenizer), tokens }
}

function firstStop(text: string, sequences: readonly string[]): { at: number; sequence: string } | null {
  const found = sequences.flatMap((sequence) => {
    const at = sequence === '' ? -1 : text.indexOf(sequence)
    return at === -1 ? [] : [{ at, sequence }]
  })
  return found.sort((a, b) => a.at - b.at)[0] ?? null
}

function contentOf(block: WireBlock): JsonObject {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: block.text, signature: block.signature }
    case 'text':
      return { type: 'text', text: block.text, citations: null }
    case 'server_result':
      return block.body
    case 'tool_use':
    case 'server_tool_use':
      return {
        type: block.type,
        id: block.id,
        name: block.name,
        input: objectOf(parseJson(block.json)),
        caller: { type: 'direct' },
      }
  }
}

function emptyBlock(block: WireBlock): JsonObject {
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' }
  if (block.type === 'text') return { type: 'text', text: '', citations: null }
  // Results come whole, when they are there.
  if (block.type === 'server_result') return block.body
  return { type: block.type, id: block.id, name: block.name, input: {}, caller: { type: 'direct' } }
}

function deltas(block: WireBlock): Iterable<string> {
  // The real API opens tool input with an empty fragment.
  if ('json' in block) return ['', ...deltasOf(block.json, 40)]
  if (block.type === 'server_result') return []
  return deltasOf(block.text)
}

function deltaOf(block: WireBlock, part: string): JsonObject {
  if (block.type === 'thinking') return { type: 'thinking_delta', thinking: part }
  if (block.type === 'text') return { type: 'text_delta', text: part }
  return { type: 'input_json_delta', partial_json: part }
}

function startBody(message: WireMessage): JsonObject {
  return {
    id: message.id,
    type: 'message',
    role: 'assistant',
    model: message.model,
    content: [],
    container: null,
    diagnostics: null,
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: startUsage(message),
  }
}

function inputUsage({ prompt }: WireMessage): JsonObject {
  return {
    input_tokens: prompt.inputTokens,
    cache_creation_input_tokens: prompt.cacheWrite5mTokens + prompt.cacheWrite1hTokens,
    cache_read_input_tokens: prompt.cacheReadTokens,
  }
}

function startUsage(message: WireMessage): JsonObject {
  return {
    ...inputUsage(message),
    output_tokens: Math.min(1, message.outputTokens),
    cache_creation: {
      ephemeral_5m_input_tokens: message.prompt.cacheWrite5mTokens,
      ephemeral_1h_input_tokens: message.prompt.cacheWrite1hTokens,
    },
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: message.serviceTier,
    speed: message.speed,
    inference_geo: message.inferenceGeo,
  }
}

function details(message: WireMessage): Json {
  return message.thinkingTokens === 0 ? null : { thinking_tokens: message.thinkingTokens }
}

function messageDelta(message: WireMessage) {
  const { stopReason, stopSequence, stopDetails } = message
  return {
    type: 'message_delta',
    delta: {
      stop_reason: stopReason,
      stop_sequence: stopSequence,
      stop_details: stopDetails,
      container: null,
    },
    usage: endUsage(message),
  }
}

function endUsage(message: WireMessage): JsonObject {
  const { searches, fetches, inputTokens } = message.served
  const input = inputUsage(message)
  return {
    ...input,
    input_tokens: message.prompt.inputTokens + inputTokens,
    output_tokens: message.outputTokens,
    output_tokens_details: details(message),
    server_tool_use:
      searches + fetches === 0 ? null : { web_search_requests: searches, web_fetch_requests: fetches },
  }
}
