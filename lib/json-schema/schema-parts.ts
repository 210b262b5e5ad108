import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import { atPointer, localPointer } from '@/lib/core/schema/schema-references'

/** A schema and its place in its document. */
export type Place = { schema: Json; path: string }
export type Part = { schema: JsonObject; path: string }

/**
 * Everything that has to hold at once for these places: their own words, what they refer to and their
 * `allOf`.
 */
export function partsOf(places: readonly Place[], root: Json): { parts: Part[]; refused: Place | null } {
  const parts: Part[] = []
  const seen = new Set<string>()
  let refused: Place | null = null
  const add = ({ schema, path }: Place) => {
    if (schema === false) refused ??= { schema, path }
    if (!isJsonObject(schema) || seen.has(path)) return
    seen.add(path)
    const pointer = typeof schema.$ref === 'string' ? localPointer(schema.$ref) : null
    const target = pointer === null ? undefined : atPointer(root, pointer)
    if (pointer === null || !ignoresBesideRef(root)) parts.push({ schema, path })
    if (pointer !== null && target !== undefined) add({ schema: target, path: pointer })
    if (!Array.isArray(schema.allOf)) return
    for (const [at, one] of schema.allOf.entries()) add({ schema: one, path: `${path}/allOf/${at}` })
  }
  for (const place of places) add(place)
  return { parts, refused }
}

/** Up to draft-07, keywords beside a reference are ignored. */
function ignoresBesideRef(root: Json): boolean {
  return isJsonObject(root) && typeof root.$schema === 'string' && /draft-0[67]/.test(root.$schema)
}

const everyType = ['null', 'boolean', 'object', 'array', 'string', 'integer', 'number']
const wordsOf: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems'],
  string: ['minLength', 'maxLength', 'pattern'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
}

/** The types a value may have; without a word about types, those the other words speak of. */
export function typesOf(parts: readonly Part[]): string[] {
  const stated = parts.flatMap(({ schema }) => (schema.type === undefined ? [] : [[schema.type].flat()]))
  if (stated.length > 0)
    return everyType.filter((type) =>
      stated.every((types) => types.includes(type) || (type === 'integer' && types.includes('number'))),
    )
  const spoken = Object.entries(wordsOf).flatMap(([type, words]) =>
    parts.some(({ schema }) => words.some((word) => schema[word] !== undefined)) ? [type] : [],
  )
  return spoken.length > 0 ? spoken : everyType
}

/** The values that `enum` and `const` leave; null where there is neither. */
export function valuesOf(parts: readonly Part[]): Json[] | null {
  let values: Json[] | null = null
  for (const { schema } of parts) {
    const listed = Array.isArray(schema.enum) ? schema.enum : null
    const own: Json[] | null = schema.const === undefined ? listed : [schema.const]
    if (own === null) continue
    const texts = new Set(own.map(canonicalJson))
    values = (values ?? own).filter((value) => texts.has(canonicalJson(value)))
    if (schema.const !== undefined && Array.isArray(schema.enum))
      values = values.filter((value) => schema.enum !== undefined && isOneOf(value, schema.enum))
  }
  return values
}

function isOneOf(value: Json, list: Json): boolean {
  return Array.isArray(list) && list.some((one) => canonicalJson(one) === canonicalJson(value))
}

/** Whether a value has one of these types. */
export function hasType(value: Json, types: readonly string[]): boolean {
  if (value === null) return types.includes('null')
  if (Array.isArray(value)) return types.includes('array')
  if (typeof value === 'number') return types.includes(Number.isInteger(value) ? 'integer' : 'number')
  return types.includes(typeof value)
}

/** The number at a key of a part, the strictest of all parts. */
export function strictest(parts: readonly Part[], key: string, choose: 'least' | 'most'): number | null {
  const found = parts.flatMap(({ schema }) => (typeof schema[key] === 'number' ? [schema[key]] : []))
  if (found.length === 0) return null
  return choose === 'least' ? Math.min(...found) : Math.max(...found)
}
