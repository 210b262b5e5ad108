import type { Flag } from '@/lib/core/agent/agent'
import { type Failure, failure } from '@/lib/core/agent/failure'
import { shortenText } from '@/lib/core/base/cut-text'
import type { Json, JsonObject } from '@/lib/core/base/json'
import type { Message } from '@/lib/core/ports/ports'
import { correctionsIn, cutShort, missingAnswer, pausedTurn, SCHEMA_ATTEMPTS } from './prompts'

export type ToolUse = { id: string; name: string; input: Json }

/** What follows a committed response. */
export type NextStep =
  /** `flags` are those of the answer, should one of the calls give it. */
  | { do: 'tools'; calls: ToolUse[]; flags: Flag[] }
  | { do: 'say'; text: string }
  | { do: 'continue' }
  | { do: 'end'; value: Json; flags: Flag[] }
  | { do: 'fail'; failure: Failure }

/**
 * Decides from the stored conversation alone, so that a resumed agent decides as the first one did.
 * `messages` ends with the response; `stopReason` is the provider's.
 */
export function nextStep(messages: readonly Message[], stopReason: string, hasSchema: boolean): NextStep {
  const content = messages.at(-1)?.content ?? []
  const text = textOf(content)
  switch (stopReason) {
    case 'pause_turn':
      // Only a pause inside the server's own tools goes on from the message as it is; else that would be a
      // prefill.
      if (content.some((block) => block.type === 'server_tool_use')) return { do: 'continue' }
      return afterCalls(content, []) ?? { do: 'say', text: pausedTurn }
    case 'refusal':
      return hasSchema
        ? {
            do: 'fail',
            failure: failure(
              'refusal',
              'The model declined to answer. Reword the prompt, or ask another model.',
            ),
          }
        : { do: 'end', value: text, flags: [{ kind: 'refused', reason: 'The model declined to answer.' }] }
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return hasSchema
        ? askAgain(messages, cutShort)
        : { do: 'end', value: text, flags: [{ kind: 'truncated', reason: cutReason(stopReason) }] }
    case 'tool_use':
    case 'end_turn':
    case 'stop_sequence':
      // Some endpoints say that the turn is over beside a call; it is run all the same, since a call wants
      // its result.
      return afterCalls(content, []) ?? afterText(messages, text, hasSchema, [])
    default: {
      const reason = `The model stopped for an unknown reason: ${shortenText(stopReason, 60)}. Its answer may be incomplete.`
      const flags: Flag[] = [{ kind: 'incomplete', reason }]
      return afterCalls(content, flags) ?? afterText(messages, text, hasSchema, flags)
    }
  }
}

function afterCalls(content: readonly JsonObject[], flags: Flag[]): NextStep | null {
  const calls = toolUses(content)
  return calls.length > 0 ? { do: 'tools', calls, flags } : null
}

function afterText(messages: readonly Message[], text: string, hasSchema: boolean, flags: Flag[]): NextStep {
  if (hasSchema) return askAgain(messages, missingAnswer)
  const empty: Flag[] =
    text.trim() === '' ? [{ kind: 'empty', reason: 'The model returned an empty answer.' }] : []
  return { do: 'end', value: text, flags: [...flags, ...empty] }
}

function askAgain(messages: readonly Message[], text: string): NextStep {
  if (correctionsIn(messages) + 1 >= SCHEMA_ATTEMPTS) return { do: 'fail', failure: schemaExhausted() }
  return { do: 'say', text }
}

/** The failure of an agent that never gave an answer that fits; its raw answers stay in the transcript. */
export function schemaExhausted(): Failure {
  return failure(
    'schema',
    `No answer fitted the schema in ${SCHEMA_ATTEMPTS} attempts. The raw answers are in the transcript.`,
  )
}

function cutReason(stopReason: string): string {
  return stopReason === 'max_tokens'
    ? 'The answer was cut off at its token limit.'
    : "The model's context window was full."
}

/** Text of a response, its blocks joined. */
export function textOf(content: readonly JsonObject[]): string {
  return content
    .map((block) => (block.type === 'text' && typeof block.text === 'string' ? block.text : ''))
    .join('')
}

function toolUses(content: readonly JsonObject[]): ToolUse[] {
  return content.flatMap((block) =>
    block.type === 'tool_use' && typeof block.id === 'string' && typeof block.name === 'string'
      ? [{ id: block.id, name: block.name, input: block.input ?? {} }]
      : [],
  )
}

/**
 * The conversation as it is sent again: a response that was cut off keeps its text, but not the tool calls it
 * never finished, and one that said nothing gets a word in its place. The API would refuse both as they are.
 */
export function sendable(message: Message, stopReason: string | null): Message {
  if (message.role !== 'assistant') return message
  const isCut = stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded'
  const said = message.content.filter((block) => block.type !== 'text' || !isBlank(block))
  const kept = isCut || stopReason === 'refusal' ? said.filter((block) => block.type !== 'tool_use') : said
  const isSilent = kept.every((block) => block.type === 'thinking' || block.type === 'redacted_thinking')
  if (!isSilent)
    return kept.length === message.content.length ? message : { role: 'assistant', content: kept }
  return {
    role: 'assistant',
    content: [...kept, { type: 'text', text: isCut ? '(cut off)' : '(no answer)' }],
  }
}

function isBlank(block: JsonObject): boolean {
  return typeof block.text !== 'string' || block.text.trim() === ''
}
