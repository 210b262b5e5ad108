import type { Flag } from '@/lib/core/agent/agent'
import type { JsonObject } from '@/lib/core/base/json'
import type { Message } from '@/lib/core/ports/ports'
import { isGoingOn, wasTold } from './follow-ups'
import { cutShortByCap, flagTool, isSteering } from './prompts'

/** An earlier text of at least this many characters may have been the answer, and not a remark. */
const REPORT_CHARACTERS = 800

/** The same for an answer beside a flag, which is raised together with an answer. */
const FLAGGED_REPORT_CHARACTERS = 80

/** A text beside tool calls that is shorter than this is no answer. */
const REMARK_CHARACTERS = 200

/** How many times as long as the final text such a text is. */
const TIMES_AS_LONG = 10

/** Characters by which a continuation may repeat the end of what it continues. */
const OVERLAP = { least: 12, most: 400 } as const

/** What the end of a text agent's conversation says its answer is, or what it is to be told first. */
export type LastWord = { do: 'answer'; text: string; flags: Flag[] } | { do: 'tell'; what: 'empty' | 'whole' }

/**
 * The answer of an agent that has stopped: its last text, put together where it was cut. An empty one after
 * tool results, and one that is hardly an earlier text, is asked for once more; if that gives no more, the
 * earlier text is the answer.
 */
export function lastWord(messages: readonly Message[]): LastWord {
  const text = finalText(messages)
  const report = longestReport(messages)
  const wasAsked = wasTold(messages, 'whole') || wasTold(messages, 'empty')
  if (report !== null && isLost(report, text)) {
    if (!wasAsked) return { do: 'tell', what: 'whole' }
    if (isMuchLonger(report.text, text))
      return { do: 'answer', text: both(report.text, text), flags: [earlier] }
  }
  if (text.trim() !== '') return { do: 'answer', text, flags: [] }
  if (hadMoreToSay(messages) && !wasAsked) return { do: 'tell', what: 'empty' }
  return { do: 'answer', text, flags: [{ kind: 'empty', reason: 'The model returned an empty answer.' }] }
}

/**
 * Whether a response that says nothing comes after more than the question, or only thought: what its tools gave, with
 * a warning or a person's word behind it as often as not, or a summary of its work.
 */
function hadMoreToSay(messages: readonly Message[]): boolean {
  const thought = messages.at(-1)?.content.some(({ type }) => thinks.has(String(type))) === true
  return thought || messages.length > 2
}

const thinks: ReadonlySet<string> = new Set(['thinking', 'redacted_thinking'])

const earlier: Flag = {
  kind: 'incomplete',
  reason: 'The last message said less than an earlier one, which is part of the answer.',
}

/**
 * The text an agent has to show when it is ended at a limit: what it said when it was told to finish, else the
 * longest it said. Empty when it never said anything.
 */
export function textSoFar(messages: readonly Message[]): string {
  const final = wasTold(messages, 'last') || wasTold(messages, 'finish') ? finalText(messages) : ''
  if (final.trim() !== '') return final
  const texts = messages.flatMap((message, at) =>
    isSaid(message) && !isRemark(message) ? [finalText(messages.slice(0, at + 1))] : [],
  )
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '')
}

/** The last message's text, with what it continues. */
export function finalText(messages: readonly Message[]): string {
  const last = messages.at(-1)
  if (last === undefined || last.role !== 'assistant') return ''
  const before = messages.slice(0, -1)
  if (!isGoingOn(before)) return textOf(last.content)
  const said = before.findLastIndex(isSaid)
  return joined(finalText(before.slice(0, said + 1)), textOf(last.content))
}

/** What was said last stays with what was said before: it may be the answer all the same. */
function both(report: string, final: string): string {
  return final.trim() === '' ? report : `${report}\n\n${final}`
}

/** Two parts of one text; what the second repeats of the first's end is left out. */
export function joined(before: string, after: string): string {
  const longest = Math.min(OVERLAP.most, before.length, after.length)
  for (let length = longest; length >= OVERLAP.least; length--)
    if (before.endsWith(after.slice(0, length))) return before + after.slice(length)
  return before + after
}

type Report = { text: string; isFlagged: boolean }

/** The longest text of an earlier message that may have been the answer. */
function longestReport(messages: readonly Message[]): Report | null {
  let longest: Report | null = null
  const from = messages.findLastIndex(isNewDemand)
  for (const [at, message] of messages.slice(0, -1).entries()) {
    if (at < from || !isSaid(message)) continue
    // The first part of a text that goes on is no report of its own.
    if (isGoingOn(messages.slice(0, nextSaid(messages, at)))) continue
    const text = finalText(messages.slice(0, at + 1))
    const isFlagged = message.content.some(({ type, name }) => type === 'tool_use' && name === flagTool)
    if (text.length > (longest?.text.length ?? 0)) longest = { text, isFlagged }
  }
  return longest
}

/** Where the response after this one stands; the end where there is none. */
function nextSaid(messages: readonly Message[], at: number): number {
  const next = messages.findIndex((message, index) => index > at && isSaid(message))
  return next === -1 ? messages.length : next
}

/**
 * Whether what was said before counts no more: a person has asked for something else since, or what a cap had
 * cut is to be said again.
 */
function isNewDemand(message: Message): boolean {
  return (
    message.role === 'user' &&
    (isSteering(message) || message.content.some(({ text }) => text === cutShortByCap))
  )
}

function isLost({ text, isFlagged }: Report, final: string): boolean {
  if (isFlagged && text.length >= FLAGGED_REPORT_CHARACTERS && text.length >= 2 * final.trim().length)
    return true
  return text.length >= REPORT_CHARACTERS && isMuchLonger(text, final)
}

function isMuchLonger(text: string, final: string): boolean {
  return text.length >= TIMES_AS_LONG * final.trim().length
}

/** A short text beside tool calls says what the agent is about to do. */
function isRemark({ content }: Message): boolean {
  return textOf(content).length < REMARK_CHARACTERS && content.some(({ type }) => type === 'tool_use')
}

function isSaid({ role }: Message): boolean {
  return role === 'assistant'
}

/** Text of a response, its blocks joined. */
export function textOf(content: readonly JsonObject[]): string {
  return content
    .map((block) => (block.type === 'text' && typeof block.text === 'string' ? block.text : ''))
    .join('')
}
