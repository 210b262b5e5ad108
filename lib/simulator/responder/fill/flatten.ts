import { canonicalJson, type Json, type JsonObject } from '@/lib/core/base/json'
import { propertiesOf, requiredOf } from '@/lib/core/schema/schema-keywords'
import { resolved } from '@/lib/core/schema/schema-references'
import { objectOf } from '../../wire/json'
import { typesOf } from './shape'

/** A schema with its references followed and its `allOf` parts merged in. */
export function flatten(given: Json | undefined, root: JsonObject, depth = 0): JsonObject {
  const schema = objectOf(resolved(given, root))
  if (!Array.isArray(schema.allOf) || depth > 8) return schema
  const { allOf, ...own } = schema
  return allOf.reduce<JsonObject>((merged, part) => mergeSchemas(merged, flatten(part, root, depth + 1)), own)
}

/** One schema that demands what both demand, as far as that can be written in one. */
export function mergeSchemas(a: JsonObject, b: JsonObject): JsonObject {
  const merged: JsonObject = { ...a, ...b }
  const properties = { ...propertiesOf(a) }
  for (const [key, rule] of Object.entries(propertiesOf(b))) {
    properties[key] = Object.hasOwn(properties, key)
      ? { allOf: [properties[key] ?? true, rule ?? true] }
      : rule
  }
  if (Object.keys(properties).length > 0) merged.properties = properties
  const required = [...new Set([...requiredOf(a), ...requiredOf(b)])]
  if (required.length > 0) merged.required = required
  for (const key of ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'])
    tighten(merged, a, b, key, Math.max)
  for (const key of ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'])
    tighten(merged, a, b, key, Math.min)
  if (Array.isArray(a.enum) && Array.isArray(b.enum)) {
    const allowed = b.enum.map(canonicalJson)
    merged.enum = a.enum.filter((value) => allowed.includes(canonicalJson(value)))
  }
  if (a.type !== undefined && b.type !== undefined) {
    const both = typesOf(a).filter(
      (type) => typesOf(b).includes(type) || (type === 'integer' && typesOf(b).includes('number')),
    )
    if (both.length > 0) merged.type = both
  }
  return merged
}

function tighten(
  merged: JsonObject,
  a: JsonObject,
  b: JsonObject,
  key: string,
  choose: (a: number, b: number) => number,
): void {
  if (typeof a[key] === 'number' && typeof b[key] === 'number')
    merged[key] = choose(Number(a[key]), Number(b[key]))
}
