import type { Flag } from '@/lib/core/agent/agent'
import { type Failure, failure } from '@/lib/core/agent/failure'
import { shortenText } from '@/lib/core/base/cut-text'
import type { Json, JsonObject } from '@/lib/core/base/json'
import type { Cuts } from '@/lib/core/caps/output-room'
import type { Message } from '@/lib/core/ports/ports'
import { followUps, wasTold } from './follow-ups'
import { finalText, lastWord, textOf } from './last-word'
import { answerTool, correctionsIn, missingAnswer, pausedTurn, SCHEMA_ATTEMPTS } from './prompts'

export type ToolUse = { id: string; name: string; input: Json }

/** What follows a committed response. */
export type NextStep =
  /** `flags` are those of the answer, should one of the calls give it. */
  | { do: 'tools'; calls: ToolUse[]; flags: Flag[] }
  | { do: 'say'; text: string }
  | { do: 'continue' }
  | { do: 'end'; value: Json; flags: Flag[] }
  | { do: 'fail'; failure: Failure }

/** What a step is decided by, beside the conversation. */
export type StepGrounds = {
  /** The provider's word on why the last response ended. */
  stopReason: string
  hasSchema: boolean
  /** Its consecutive truncated turns. */
  cuts: Cuts
  /** A sentence that says which model declined, and why, should it have. */
  declined: string
}

/**
 * Decides from the stored conversation and its turns alone, so that a resumed agent decides as the first one
 * did. `messages` ends with the response.
 */
export function nextStep(messages: readonly Message[], grounds: StepGrounds): NextStep {
  const { stopReason, hasSchema } = grounds
  const content = messages.at(-1)?.content ?? []
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
            failure: failure('refusal', `${grounds.declined} Reword the prompt, or ask another model.`),
          }
        : { do: 'end', value: textOf(content), flags: [{ kind: 'refused', reason: grounds.declined }] }
    case 'max_tokens':
      return afterCut(messages, grounds)
    case 'model_context_window_exceeded':
      return hasSchema ? askAgain(messages, followUps.shorter) : truncated(messages, windowFull)
    case 'tool_use':
    case 'end_turn':
    case 'stop_sequence':
      // Some endpoints say that the turn is over beside a call; it is run all the same, since a call wants
      // its result.
      return afterCalls(content, []) ?? afterText(messages, hasSchema, [])
    default: {
      const reason = `The model stopped for an unknown reason: ${shortenText(stopReason, 60)}. Its answer may be incomplete.`
      const flags: Flag[] = [{ kind: 'incomplete', reason }]
      return afterCalls(content, flags) ?? afterText(messages, hasSchema, flags)
    }
  }
}

/** Consecutive turns that may continue one text before it is taken as it is. */
const MOST_CONTINUATIONS = 8

/**
 * Consecutive turns truncated at the model's own limit after which the agent ends, unless it is continuing a
 * text.
 */
const MOST_CUTS_AT_LIMIT = 2

/**
 * Consecutive truncated turns after which the agent ends, unless it is continuing a text. The room doubles
 * each time, so the model's own limit is normally reached first.
 */
const MOST_CUTS = 8

/**
 * A response that its room was too small for. The next one has twice as much: a text goes on where it stopped,
 * a call is made again in smaller parts, an answer is given again. Only where the model gives no more room is
 * a shorter one asked for.
 */
function afterCut(messages: readonly Message[], { hasSchema, cuts }: StepGrounds): NextStep {
  const content = messages.at(-1)?.content ?? []
  const call = content.findLast(({ type }) => type === 'tool_use')
  const isSpent = cuts.atLimit >= MOST_CUTS_AT_LIMIT || cuts.inARow >= MOST_CUTS
  if (call !== undefined && call.name !== answerTool)
    return isSpent ? endCut(messages, hasSchema) : { do: 'say', text: followUps.smallerParts }
  if (hasSchema) {
    if (isSpent) return endCut(messages, hasSchema)
    const isThought = call === undefined && textOf(content).trim() === ''
    if (cuts.atLimit > 0) return { do: 'say', text: followUps.shorter }
    return { do: 'say', text: isThought ? followUps.thought : followUps.again }
  }
  if (textOf(content).trim() !== '')
    return cuts.inARow > MOST_CONTINUATIONS
      ? truncated(messages, tooLong)
      : { do: 'say', text: followUps.goOn }
  return isSpent ? endCut(messages, hasSchema) : { do: 'say', text: followUps.thought }
}

const tooLong = `The answer was cut off ${MOST_CONTINUATIONS + 1} times in a row at its token limit.`
const windowFull = "The model's context window was full."
const cutAtLimit = 'The answer was cut off at the most output tokens that the model gives.'

function endCut(messages: readonly Message[], hasSchema: boolean): NextStep {
  return hasSchema
    ? { do: 'fail', failure: failure('max-tokens', `${cutAtLimit} Ask for less in one answer.`) }
    : truncated(messages, cutAtLimit)
}

function truncated(messages: readonly Message[], reason: string): NextStep {
  return { do: 'end', value: finalText(messages), flags: [{ kind: 'truncated', reason }] }
}

function afterCalls(content: readonly JsonObject[], flags: Flag[]): NextStep | null {
  const calls = toolUses(content)
  return calls.length > 0 ? { do: 'tools', calls, flags } : null
}

function afterText(messages: readonly Message[], hasSchema: boolean, flags: Flag[]): NextStep {
  if (hasSchema) return askAgain(messages, missingAnswer)
  const word = lastWord(messages)
  if (word.do === 'tell') return { do: 'say', text: followUps[word.what] }
  return { do: 'end', value: word.text, flags: [...flags, ...word.flags] }
}

function askAgain(messages: readonly Message[], text: string): NextStep {
  if (correctionsIn(messages) + 1 >= SCHEMA_ATTEMPTS) return { do: 'fail', failure: schemaExhausted() }
  return { do: 'say', text }
}

/**
 * What an answer carries that was given after the agent was told to keep it short, or to finish: something may
 * be missing in it.
 */
export function shortenedFlags(messages: readonly Message[]): Flag[] {
  const reasons = [
    ...(wasTold(messages, 'shorter') ? ['The answer was cut off, and given again shorter.'] : []),
    ...(wasTold(messages, 'last') ? ['The agent had reached a limit and answered with what it had.'] : []),
  ]
  return reasons.map((reason) => ({ kind: 'incomplete', reason }))
}

/** The failure of an agent that never gave an answer that fits; its raw answers stay in the transcript. */
export function schemaExhausted(): Failure {
  return failure(
    'schema',
    `No answer fitted the schema in ${SCHEMA_ATTEMPTS} attempts. The raw answers are in the transcript.`,
  )
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
