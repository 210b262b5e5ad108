import * as z from 'zod'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { invalid } from './errors'
import { isObject } from './json'

const jsonObject = z.custom<JsonObject>(isObject, 'Input should be a valid dictionary')
const block = z.custom<JsonObject & { type: string }>(
  (value) => isObject(value) && typeof value.type === 'string',
  'Input should be a valid content block',
)

const messageSchema = z.object({
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(block)]),
})

const bodySchema = z.object({
  model: z.string(),
  max_tokens: z.int().min(0),
  messages: z.array(messageSchema).min(1, 'at least one message is required').max(100_000),
  system: z.union([z.string(), z.array(block)]).optional(),
  tools: z.array(jsonObject).nullish(),
  tool_choice: jsonObject.nullish(),
  thinking: jsonObject.nullish(),
  output_config: jsonObject.nullish(),
  output_format: jsonObject.nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  stream: z.boolean().nullish(),
  speed: z.enum(['standard', 'fast']).nullish(),
  inference_geo: z.string().nullish(),
  cache_control: jsonObject.nullish(),
})

export type MessageParam = z.infer<typeof messageSchema>
export type ContentBlock = z.infer<typeof block>

/** A body of `POST /v1/messages` that has the right shape, beside the raw object it came from. */
export type MessageRequest = z.infer<typeof bodySchema> & { raw: JsonObject }

/** Reads a request body as the API does: the first wrong field is named in a 400. */
export function parseMessageRequest(value: Json | undefined, mayOmitMaxTokens = false): MessageRequest {
  if (!isObject(value)) throw invalid('The request body is not valid JSON')
  const parsed = bodySchema.safeParse(mayOmitMaxTokens ? { max_tokens: 1, ...value } : value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw invalid(`${issue?.path.join('.') || 'body'}: ${wordsOf(issue?.message)}`)
  }
  return { ...parsed.data, raw: value }
}

function wordsOf(message = 'Input does not match the expected shape.'): string {
  return message.endsWith('received undefined') ? 'Field required' : message
}

/** The blocks of a message, a plain string being one text block. */
export function blocksOf(message: MessageParam): ContentBlock[] {
  return typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content
}

/** All text of a content value: strings, text blocks, and the text inside tool results. */
export function textIn(content: Json | undefined): string {
  if (typeof content === 'string') return content
  if (Array.isArray(content)) return content.map(textIn).filter(Boolean).join('\n')
  if (!isObject(content)) return ''
  if (content.type === 'text') return textIn(content.text)
  if (content.type === 'document' && isObject(content.source)) return textIn(content.source.data)
  return ''
}
