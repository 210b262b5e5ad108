import type { Json, JsonObject } from '@/lib/core/base/json'
import { propertiesOf, statedTypes } from '@/lib/core/schema/schema-keywords'
import type { Fault } from '../faults'
import type { Random } from '../random'
import { countTokens, type Tokenizer } from '../rules/tokens'
import type { Directive } from '../settings'

export type StopReason = NonNullable<Directive['stopReason']>

/** One part of what the simulated model says. `schema` is set on the part that is the structured answer. */
export type ReplyBlock =
  | { type: 'thinking'; text: string; tokens: number }
  | { type: 'text'; text: string; schema?: JsonObject }
  | { type: 'tool_use'; name: string; input: JsonObject; schema?: JsonObject }
  | { type: 'server_tool_use'; id: string; name: 'web_search' | 'web_fetch'; input: JsonObject }
  /** What a tool of the API's own brought: tokens of input, and a use that is counted unless it failed. */
  | {
      type: 'server_result'
      name: 'web_search' | 'web_fetch'
      body: JsonObject
      tokens: 0
      inputTokens: number
      isBilled: boolean
    }

/** One turn of the simulated model, before it is cut, counted and put on the wire. */
export interface Reply {
  blocks: ReplyBlock[]
  stopReason: StopReason
  stopDetails: JsonObject | null
  /** Output tokens to bill, where a script fixes them; else they are counted. */
  tokens: number | null
}

/** The reply a script asks for, or null when it leaves the content to the model. */
export function scriptedReply(directive: Directive, tokenizer: Tokenizer, random: Random): Reply | null {
  const { text, tokens, toolCalls, thinkSilentTokens } = directive
  if (text === undefined && tokens === undefined && toolCalls === undefined) return null
  const blocks: ReplyBlock[] = []
  const thought = thinkSilentTokens ?? 0
  if (thought > 0) blocks.push({ type: 'thinking', text: '', tokens: thought })
  if (text !== undefined) blocks.push({ type: 'text', text })
  else if (tokens !== undefined && toolCalls === undefined)
    blocks.push({ type: 'text', text: filler(tokens, tokenizer, random) })
  for (const call of toolCalls ?? []) blocks.push({ type: 'tool_use', name: call.name, input: call.input })
  const stopReason = directive.stopReason ?? (toolCalls?.length ? 'tool_use' : 'end_turn')
  return { blocks, stopReason, stopDetails: null, tokens: tokens === undefined ? null : tokens + thought }
}

/** A reply that looked these up first, after what it thought. */
export function withLookUps(reply: Reply, lookUps: readonly ReplyBlock[]): Reply {
  const thought = reply.blocks.findIndex(({ type }) => type !== 'thinking')
  const at = thought === -1 ? reply.blocks.length : thought
  return { ...reply, blocks: reply.blocks.toSpliced(at, 0, ...lookUps) }
}

/** Changes a reply as a content fault demands; faults of the transport leave it alone. */
export function applyContentFault(reply: Reply, fault: Fault | null): Reply {
  switch (fault?.kind) {
    case 'empty':
      return { ...reply, blocks: [], stopReason: 'end_turn', tokens: reply.tokens ?? 3 }
    case 'silent-thinking':
      return {
        ...reply,
        blocks: [{ type: 'thinking', text: '', tokens: fault.tokens }],
        stopReason: 'end_turn',
        tokens: null,
      }
    case 'pause-turn':
      return {
        ...reply,
        blocks: reply.blocks.filter((block) => block.type !== 'tool_use'),
        stopReason: 'pause_turn',
      }
    case 'refusal': {
      const explanation = 'Simulated refusal: the request was declined.'
      const stopDetails = { type: 'refusal', category: fault.category ?? null, explanation }
      const kept =
        fault.afterTokens === undefined ? [] : reply.blocks.filter((block) => block.type !== 'tool_use')
      return {
        ...reply,
        blocks: kept,
        stopReason: 'refusal',
        stopDetails,
        tokens: fault.afterTokens === undefined ? 1 : null,
      }
    }
    case 'bad-schema':
      return { ...reply, blocks: reply.blocks.map(spoilAnswer) }
    default:
      return reply
  }
}

function spoilAnswer(block: ReplyBlock): ReplyBlock {
  if ((block.type !== 'text' && block.type !== 'tool_use') || block.schema === undefined) return block
  const wrong = Object.entries(propertiesOf(block.schema)).map(([key, rule]): [string, Json] => {
    return [key, statedTypes(rule).includes('string') ? { unexpected: true } : 'unexpected']
  })
  const input = Object.fromEntries(wrong)
  return block.type === 'tool_use' ? { ...block, input } : { ...block, text: JSON.stringify(input) }
}

const WORDS =
  'the thread runs through every file and each agent reads one part of it then reports what stands there'.split(
    ' ',
  )

/** Plain words that count as exactly so many tokens. */
function filler(tokens: number, tokenizer: Tokenizer, random: Random): string {
  if (tokens === 0) return ''
  let text = ''
  while (countTokens(text, tokenizer) < tokens)
    text += `${text === '' ? '' : ' '}${WORDS[Math.floor(random() * WORDS.length)]}`
  while (countTokens(text, tokenizer) > tokens) text = text.slice(0, -1)
  return text
}
