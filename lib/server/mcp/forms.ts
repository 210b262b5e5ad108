import { cutWithCount } from '@/lib/core/base/cut-text'
import { isJsonObject, type Json, type JsonObject, parseJson } from '@/lib/core/base/json'
import { propertiesOf } from '@/lib/core/schema/schema-keywords'
import type { RunQuestion } from './questions'

/** The one field of a form that asks for yes or no, or for what fields cannot ask for. */
const ANSWER = 'answer'

/** Longest schema that is shown to a person who has to write JSON. */
const LONGEST_SCHEMA = 3_000

/** What the protocol's forms know of each type of field. */
const keywords: Readonly<Record<string, readonly string[]>> = {
  string: ['enum', 'minLength', 'maxLength', 'default'],
  number: ['minimum', 'maximum', 'default'],
  integer: ['minimum', 'maximum', 'default'],
  boolean: ['default'],
}

/**
 * A question as a form of the protocol: fields of text, numbers and ticks. What needs more is asked for as JSON
 * in one field of text.
 */
export function formOf({ input, title }: RunQuestion): JsonObject {
  if (input === null) return formWith({ [ANSWER]: { type: 'boolean', title: cutWithCount(title, 200) } })
  const fields = fieldsOf(input)
  if (fields !== null) return { type: 'object', properties: fields, required: requiredOf(input) }
  const schema = cutWithCount(JSON.stringify(input), LONGEST_SCHEMA)
  return formWith({ [ANSWER]: { type: 'string', title: 'JSON', description: `JSON that fits ${schema}` } })
}

/** The answer to a question that stands in a form that was filled in. Whether it fits is the question's to say. */
export function answerOfForm({ input }: RunQuestion, content: { readonly [name: string]: Json }): Json {
  if (input !== null && fieldsOf(input) !== null) return { ...content }
  const given = content[ANSWER] ?? null
  if (input === null || typeof given !== 'string') return given
  return parseJson(given) ?? given
}

function formWith(properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: [ANSWER] }
}

/** The fields of an object whose parts are all simple; null for anything else. */
function fieldsOf(input: JsonObject): JsonObject | null {
  const properties = propertiesOf(input)
  const fields: JsonObject = {}
  for (const [name, rule] of Object.entries(properties)) {
    const field = isJsonObject(rule) ? fieldOf(rule) : null
    if (field === null) return null
    fields[name] = field
  }
  return Object.keys(fields).length === 0 ? null : fields
}

function fieldOf(rule: JsonObject): JsonObject | null {
  const isChoice = Array.isArray(rule.enum) && rule.enum.every((one) => typeof one === 'string')
  const type = rule.type ?? (isChoice ? 'string' : undefined)
  const known = typeof type === 'string' ? keywords[type] : undefined
  if (known === undefined || (rule.enum !== undefined && !isChoice)) return null
  const field: JsonObject = { type: type ?? 'string' }
  for (const name of ['title', 'description', ...known]) {
    const value = rule[name]
    if (value !== undefined) field[name] = value
  }
  return field
}

function requiredOf(input: JsonObject): string[] {
  const { required } = input
  return Array.isArray(required) ? required.flatMap((name) => (typeof name === 'string' ? [name] : [])) : []
}
