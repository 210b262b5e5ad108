import type { Problem } from '@/lib/api/problem'
import type { Question } from '@/lib/core/agent/question'
import { assertNever } from '@/lib/core/base/assert-never'
import { shortenText } from '@/lib/core/base/cut-text'
import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import type { Checkpoint } from '@/lib/core/run/checkpoint'
import { type ApprovalAnswer, approvalAnswerSchema } from '@/lib/core/spec/approval'
import { formatCap, type MoneyWords, moneyWords, parseUsd } from '../format/money'
import { plural } from '../format/numbers'
import { formatDuration } from '../format/time'
import { type ArgField, argFields, shownValue } from './args-form'

/**
 * The form of a question: two buttons, a plan to read and change, fields, or JSON where fields cannot ask for
 * it.
 */
export type AnswerForm =
  | { kind: 'yes-no' }
  | {
      kind: 'plan'
      script: string
      scriptName: string
      decisions: readonly string[]
      changeName: string | null
    }
  | { kind: 'fields'; fields: readonly ArgField[]; isBare: boolean; start: string }
  | { kind: 'json'; start: string }
  | ({ kind: 'approval' } & ApprovalForm)

/** The limits proposed to a person when a run is about to pass what was approved. */
export type ApprovalForm = { agents: string; usd: string }

/** The form field that holds an answer whose schema is not an object. */
export const bareName = 'answer'

/** What to draw for a question. */
export function answerForm({
  kind,
  input,
  hasDefault,
  default: given,
}: Pick<Question, 'kind' | 'input' | 'hasDefault' | 'default'>): AnswerForm {
  if (input === null) return { kind: 'yes-no' }
  if (kind === 'approval') {
    const { agents, usd } = defaultsOf(input)
    return { kind, agents: numberText(agents), usd: numberText(usd) }
  }
  const plan = planForm(input)
  if (plan !== null) return plan
  const fields = argFields(input)
  if (fields !== null) {
    const values = { ...defaultsOf(input), ...(hasDefault && isJsonObject(given) ? given : {}) }
    return { kind: 'fields', fields, isBare: false, start: textOf(values) }
  }
  const start = hasDefault ? given : (input.default ?? null)
  const bare = argFields({
    type: 'object',
    properties: { [bareName]: { title: 'Answer', ...input } },
    required: [bareName],
  })
  if (bare !== null)
    return {
      kind: 'fields',
      fields: bare,
      isBare: true,
      start: start === null ? '' : textOf({ [bareName]: start }),
    }
  return { kind: 'json', start: start === null ? '' : JSON.stringify(start, null, 2) }
}

function numberText(value: Json | undefined): string {
  return typeof value === 'number' ? String(value) : ''
}

/** What was typed as an answer, or what is wrong with it. An empty field leaves what was approved of it. */
export function readUpTo({ agents, usd }: ApprovalForm): ApprovalAnswer | string {
  const count = agents.trim() === '' ? undefined : Number(agents.replaceAll(',', ''))
  const dollars = usd.trim() === '' ? undefined : parseUsd(usd)
  if (count === undefined && usd.trim() === '') return 'Enter agents, dollars, or both.'
  if (count !== undefined && !(Number.isInteger(count) && count > 0))
    return 'Enter a whole number of agents, 1 or more.'
  if (usd.trim() !== '' && !(dollars !== undefined && dollars > 0)) return 'Enter dollars above 0, such as 5.'
  return {
    do: 'up-to',
    ...(count === undefined ? {} : { agents: count }),
    ...(dollars === undefined ? {} : { usd: dollars }),
  }
}

/** The decisions of a plan. A schema with any other decision is an ordinary question. */
const planDecisions: readonly Json[] = ['run', 'change', 'stop']

function planForm({ properties }: JsonObject): AnswerForm | null {
  if (!isJsonObject(properties)) return null
  const { decision, change, ...others } = properties
  const [only, ...more] = Object.entries(others)
  if (only === undefined || more.length > 0 || !isJsonObject(decision) || !Array.isArray(decision.enum))
    return null
  const [scriptName, rule] = only
  const fields = argFields({ type: 'object', properties: { [scriptName]: rule } })
  if (fields?.[0]?.kind !== 'script' || !isJsonObject(rule)) return null
  const decisions = decision.enum.filter((one) => typeof one === 'string')
  if (!decisions.includes('run') || !decisions.every((one) => planDecisions.includes(one))) return null
  const changeName = isJsonObject(change) && change.type === 'string' ? 'change' : null
  return { kind: 'plan', script: shownValue(rule.default), scriptName, decisions, changeName }
}

function defaultsOf({ properties }: JsonObject): JsonObject {
  if (!isJsonObject(properties)) return {}
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, rule]) =>
      isJsonObject(rule) && rule.default !== undefined ? [[name, rule.default]] : [],
    ),
  )
}

function textOf(values: JsonObject): string {
  return Object.keys(values).length === 0 ? '' : JSON.stringify(values, null, 2)
}

/** What was refused about an answer, by the name of the field; an empty name is the answer as a whole. */
export type AnswerError = { name: string; message: string; line: number | null; column: number | null }

/** The refusals of a problem beside the fields they name. */
export function answerErrors(problem: Problem): AnswerError[] {
  if (problem.errors === undefined || problem.errors.length === 0)
    return [{ name: '', message: problem.detail, line: null, column: null }]
  return problem.errors.map(({ path, message, line, column }) => ({
    name: path.split('.')[1] ?? '',
    message: sentence(message),
    line: line ?? null,
    column: column ?? null,
  }))
}

/** Time left, and what happens then; null for a question that waits for as long as it takes. */
export function timeLeft(
  question: Pick<Question, 'dueAt' | 'hasDefault' | 'default'> & { isYesNo: boolean },
  nowMs: number,
): { left: string; after: string; isShort: boolean } | null {
  if (question.dueAt === null) return null
  const ms = Math.max(0, Date.parse(question.dueAt) - nowMs)
  const after = question.hasDefault
    ? `then the default applies${question.default === null ? '' : `: ${valueWords(question.default)}`}`
    : 'then it closes without an answer'
  return { left: ms === 0 ? 'time is up' : `${formatDuration(ms)} left`, after, isShort: ms < 60_000 }
}

/**
 * Formats questions and answers in the money of their run. Only the run's own questions name amounts; the
 * words of a script are shown as written.
 */
export function askedMoney({ kind }: Pick<Question, 'kind'>, simulated: boolean): MoneyWords {
  return moneyWords(simulated && kind === 'approval')
}

/** Who closed a question and with what, shown after its title. */
export function closingSentence(
  checkpoint: Exclude<Checkpoint, { status: 'open' }>,
  simulated: boolean,
): string {
  switch (checkpoint.status) {
    case 'answered': {
      const words = askedMoney(checkpoint, simulated)(answerWords(checkpoint))
      if (checkpoint.by === 'default') return `timed out and took its default: ${words}`
      const { actor } = checkpoint
      // Without a team nobody has a name.
      const by = actor?.kind === 'local' ? '' : ` by ${actor?.name ?? 'somebody'}`
      return `was answered${by}: ${words}`
    }
    case 'unanswered':
      return 'was closed without an answer.'
    default:
      return assertNever(checkpoint)
  }
}

function answerWords({ kind, value }: Extract<Checkpoint, { status: 'answered' }>): string {
  const approval = kind === 'approval' ? approvalAnswerSchema.safeParse(value).data : undefined
  return approval === undefined ? valueWords(value) : approvalWords(approval)
}

/** The answer to an approval question in words: `up to 60 agents and $12`. */
function approvalWords({ do: decision, agents, usd }: ApprovalAnswer): string {
  switch (decision) {
    case 'go-on':
      return 'continued'
    case 'up-to':
      return `up to ${[
        ...(agents === undefined ? [] : [plural(agents, 'agent')]),
        ...(usd === undefined ? [] : [formatCap(Math.round(usd * 1e9))]),
      ].join(' and ')}`
    case 'stop':
      return 'stopped'
    default:
      return assertNever(decision)
  }
}

/** An answer in a few words: a script is named, not shown. */
export function valueWords(value: Json): string {
  if (value === true) return 'approved'
  if (value === false) return 'declined'
  if (!isJsonObject(value)) return short(shownValue(value))
  const { decision, ...others } = value
  // An answer to a plan: what is wanted instead, in words of its own.
  if (decision === 'change' && typeof others.change === 'string') return `a change: ${short(others.change)}`
  const rest = Object.entries(others).flatMap(([name, one]) =>
    typeof one === 'string' && one.includes('\n') ? [] : [`${name} ${short(shownValue(one))}`],
  )
  return short(
    [...(typeof decision === 'string' ? [decision] : []), ...rest].join(', ') || JSON.stringify(value),
  )
}

function short(text: string): string {
  return shortenText(text, 120)
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}
