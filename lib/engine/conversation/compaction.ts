import { contextRoom, roughTokens } from '@/lib/core/agent/context-size'
import { resultText, shownTokens } from '@/lib/core/agent/shown'
import { cutText, sliceText } from '@/lib/core/base/cut-text'
import type { JsonObject } from '@/lib/core/base/json'
import { findPrice } from '@/lib/core/money/pricing'
import type { Message } from '@/lib/core/ports/ports'
import type { Needs } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import { isGoingOn, saysOnly } from './follow-ups'
import { textOf } from './last-word'
import { addMessage } from './say'
import { KNOWN_ENDS, toldOf } from './told-ends'

/** Begins the message from which a conversation that was summarised goes on. */
const SUMMARY = 'Your earlier work on this was summarised, since its conversation could not go on as it was.'

/** Characters kept of what an agent said, where it gave no summary itself. */
const KEPT_CHARACTERS = 24_000

/** A summary has to free at least this share of a conversation, or it is not worth its turn. */
const LEAST_FREED = 0.2

/** How full an agent's conversation is; `full` only where a summary would make room. */
export function contextOf(run: Needs<'journal' | 'ports'>, agent: LiveAgent): 'roomy' | 'filling' | 'full' {
  const price = findPrice(run.ports.prices(), agent.model, run.journal.iso())
  const { toldAt, compactedAt } = contextRoom(agent.model, price, run.journal.state.run.allowsLongContext)
  const size = contextSize(agent)
  if (size >= compactedAt && freedBySummary(agent) >= LEAST_FREED * size) return 'full'
  return size >= toldAt && agent.messages.length > 1 ? 'filling' : 'roomy'
}

/** About how many tokens a conversation has: as counted, and a guess of what came after. */
export function contextSize({ spec, messages, known }: LiveAgent): number {
  const uncounted = messages.slice(known?.messages ?? 0)
  const prefix = known?.tokens ?? roughTokens(spec.system) + roughTokens(JSON.stringify(spec.tools))
  return uncounted.reduce((sum, message) => sum + roughSize(message), prefix)
}

function roughSize({ content }: Message): number {
  return roughTokens(JSON.stringify(content)) + shownTokens(content)
}

/** Whether an agent's last response is the summary that it was asked for. */
export function hasSummarised({ messages }: LiveAgent): boolean {
  const [asked, said] = messages.slice(-2)
  return asked !== undefined && said?.role === 'assistant' && saysOnly(asked, 'summarise')
}

/**
 * Whether a conversation that did not fit would be shorter from its summary. One that did not fit a single turn
 * after it was shortened would not fit again, and every try costs a turn.
 */
export function canBeShortened({ messages }: LiveAgent): boolean {
  const leastMessages = messages.some(isSummary) ? ONE_TURN_SINCE_SUMMARY : 2
  return messages.length > leastMessages && !isGoingOn(messages)
}

/** Messages of a conversation that took one turn since it was shortened: question, summary, turn, results. */
const ONE_TURN_SINCE_SUMMARY = 4

/** Tokens of a conversation that a summary takes the place of: the question stays, and the summary before it. */
function freedBySummary({ messages }: LiveAgent): number {
  return messages
    .slice(messages.some(isSummary) ? 2 : 1)
    .reduce((sum, message) => sum + roughSize(message), 0)
}

/**
 * Whether the window was full before a response had come to anything: an answer in words is one that was cut, and
 * all else can be done again in a shorter conversation.
 */
export function wasCutByWindow(agent: LiveAgent, stopReason: string): boolean {
  const content = agent.messages.at(-1)?.content ?? []
  const isNothing = textOf(content).trim() === '' || content.some(({ type }) => type === 'tool_use')
  const isCut = stopReason === 'model_context_window_exceeded'
  return isCut && (isNothing || agent.spec.schema !== null) && canBeShortened(agent)
}

/**
 * The conversation goes on from its summary: the question, and what the agent wrote down of its work. Where it
 * wrote no whole one (it was cut, declined, called a tool, or there was no room to ask), what it said before
 * stands in. `stopReason` is that of its summary. Recorded in one commit, so that an agent that is taken up again
 * goes on from the same.
 */
export async function goOnFromSummary(
  run: Needs<'journal'>,
  agent: LiveAgent,
  why: 'length' | 'account',
  stopReason: string | null = null,
): Promise<void> {
  const { agentId } = agent.spec
  const first = agent.messages[0]
  const message = summaryMessage(agent, stopReason)
  await run.journal.record(
    [{ type: 'agent.compacted', agentId, attempt: agent.attempt, messages: agent.messages.length, why }],
    [addMessage(agent, message)],
  )
  agent.messages = first === undefined ? [message] : [first, message]
  agent.known = null
  agent.isBoundElsewhere = false
}

function summaryMessage(agent: LiveAgent, stopReason: string | null): Message {
  const { messages } = agent
  const ends = [...toldOf(messages)]
  const known: JsonObject[] =
    ends.length === 0 ? [] : [{ type: 'text', text: `${KNOWN_ENDS} ${ends.join(' ')}` }]
  return {
    role: 'user',
    content: [
      { type: 'text', text: `${SUMMARY}\n\n${summaryOf(agent, stopReason)}\n\nGo on from here.` },
      ...known,
    ],
  }
}

/** What an agent goes on from: its summary if it is whole, else what there is of it with what it said before. */
function summaryOf(agent: LiveAgent, stopReason: string | null): string {
  const { messages } = agent
  if (!hasSummarised(agent))
    return `There is no summary of yours. What you said and saw:\n\n${saidBefore(messages)}`
  const content = messages.at(-1)?.content ?? []
  const written = stopReason === 'refusal' ? '' : textOf(content).trim()
  const isWhole =
    (stopReason === 'end_turn' || stopReason === 'stop_sequence') &&
    content.every(({ type }) => type !== 'tool_use')
  if (isWhole && written !== '') return written
  const said = saidBefore(messages.slice(0, -2))
  return written === ''
    ? `There is no summary of yours. What you said and saw:\n\n${said}`
    : `${written}\n\nThat summary may not be whole. What you said and saw before it:\n\n${said}`
}

/** Characters kept of what one tool gave. */
const KEPT_OF_RESULT = 600

/** The latest of what an agent said, which tools it called with what, and how their results began. */
function saidBefore(messages: readonly Message[]): string {
  const lines = messages.slice(1).flatMap(({ content }) => content.map(lineOf))
  const all = lines.filter((line) => line.trim() !== '').join('\n')
  if (all.length <= KEPT_CHARACTERS) return all
  return `[What came before is left out.]\n${sliceText(all, all.length - KEPT_CHARACTERS, all.length)}`
}

function lineOf({ type, text, name, input, content }: JsonObject): string {
  if (type === 'text' && typeof text === 'string') return text
  if (type === 'tool_use') return `(called ${name} ${cutText(JSON.stringify(input), 200)})`
  if (type !== 'tool_result') return ''
  const gave = resultText(content)
  return gave === null ? '' : `(it gave: ${cutText(gave, KEPT_OF_RESULT)})`
}

/** The conversation of an attempt as it goes on: from its last summary, if there is one. */
export function sinceSummary<T>(messages: readonly T[], messageOf: (one: T) => Message): T[] {
  const from = messages.findLastIndex((one) => isSummary(messageOf(one)))
  const [first] = messages
  return from <= 0 || first === undefined ? [...messages] : [first, ...messages.slice(from)]
}

function isSummary({ role, content }: Message): boolean {
  const text = content[0]?.text
  return role === 'user' && typeof text === 'string' && text.startsWith(SUMMARY)
}
