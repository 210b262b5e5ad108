import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import { propertiesOf, requiredOf } from '@/lib/core/schema/schema-keywords'
import type { Random } from '../../random'
import { arrayOf, isObject, objectOf } from '../../wire/json'
import { answerFor } from '../fill/answer-schema'
import { typesOf } from '../fill/shape'
import { isValid } from '../fill/valid'
import type { Material } from '../material'
import { plain } from '../words'

/** Names of the same thing, the first being that by which it is told. */
const synonyms: readonly (readonly string[])[] = [
  ['summary', 'answer', 'report', 'note', 'result'],
  ['claim', 'statement', 'assertion', 'text'],
  ['source', 'file', 'document'],
  ['path', 'file', 'source'],
  ['reason', 'why', 'explanation', 'how'],
  ['changed', 'files'],
  ['open', 'questions', 'gaps'],
]

/**
 * An answer that fits a schema, made of what is told by plain names; what the schema demands beside that is made
 * of the material. Null where what is told does not fit.
 */
export function toldAnswer(
  schema: JsonObject,
  told: JsonObject,
  material: Material,
  random: Random,
): JsonObject | null {
  const value = fitted(schema, told, (rule) => answerFor(objectOf(rule), material, random))
  return isJsonObject(value) && isValid(value, schema, schema) ? value : null
}

function fitted(rule: Json | undefined, told: Json, fill: (rule: Json | undefined) => Json): Json {
  const schema = objectOf(rule)
  const types = typesOf(schema)
  if (Array.isArray(told)) return told.map((item) => fitted(schema.items, item, fill))
  if (!isObject(told) || !types.includes('object')) return told
  const value: JsonObject = {}
  for (const [name, inner] of Object.entries(propertiesOf(schema))) {
    const own = ofName(told, name)
    if (own !== undefined && own !== null) value[name] = fitted(inner, own, fill)
    else if (requiredOf(schema).includes(name)) value[name] = fill(inner)
  }
  return value
}

function ofName(told: JsonObject, name: string): Json | undefined {
  if (told[name] !== undefined) return told[name]
  const spelled = plain(name)
  for (const names of synonyms) {
    if (!names.includes(spelled)) continue
    const known = names.find((one) => told[one] !== undefined)
    if (known !== undefined) return told[known]
  }
  return undefined
}

/** The names of the properties of the items of a list in a schema; none where there is no such list. */
export function itemNames(schema: JsonObject | null, list: string): string[] {
  if (schema === null) return []
  return Object.keys(propertiesOf(objectOf(objectOf(propertiesOf(schema)[list]).items)))
}

/** Whether a schema asks for a property of this name. */
export function asksFor(schema: JsonObject | null, ...names: readonly string[]): boolean {
  return schema !== null && names.every((name) => propertiesOf(schema)[name] !== undefined)
}

/** Objects of the first list in a text that have all these members, whatever stands around it. */
export function objectsWith(values: readonly Json[], ...names: readonly string[]): JsonObject[] {
  for (const value of values) {
    const found = arrayOf(value)
      .filter(isObject)
      .filter((one) => names.every((name) => one[name] !== undefined))
    if (found.length > 0) return found
  }
  return []
}
