import { isJsonObject, type Json, type JsonObject } from '../base/json'
import { pointerPart } from './schema-references'

/** Schemas come from outside: what is nested deeper is not looked at, and stays as it is. */
const DEEPEST = 500
/** Schemas looked at in one document. */
const MOST_SCHEMAS = 100_000

/**
 * Keywords by the kind of their value: one schema, a list of schemas, or schemas by name. `items` may be
 * either of two.
 */
const withSchema = new Set([
  'additionalItems',
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
])
const withList = new Set(['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems'])
const withNames = new Set([
  ...['$defs', 'definitions', 'dependencies', 'dependentSchemas', 'patternProperties', 'properties'],
])

/**
 * A document with every schema in it changed, from the innermost outwards: `change` is given a schema whose
 * inner schemas are changed already. What is no schema (values of `const`, of `enum`) stays as it is.
 */
export function mapSchemas(document: Json, change: (schema: JsonObject) => Json): Json {
  return mapped(document, 0)

  function mapped(schema: Json, depth: number): Json {
    if (!isJsonObject(schema) || depth > DEEPEST) return schema
    const inner = (one: Json) => mapped(one, depth + 1)
    return change(
      Object.fromEntries(
        Object.entries(schema).map(([keyword, value]): [string, Json] => {
          if (Array.isArray(value)) return [keyword, withList.has(keyword) ? value.map(inner) : value]
          if (!isJsonObject(value)) return [keyword, value]
          if (withSchema.has(keyword)) return [keyword, inner(value)]
          if (!withNames.has(keyword)) return [keyword, value]
          return [keyword, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inner(one)]))]
        }),
      ),
    )
  }
}

/**
 * Every schema of a document that is an object, with its JSON pointer; the document itself first, each before
 * its parts.
 */
export function allSchemas(document: Json): { schema: JsonObject; path: string }[] {
  const found: { schema: JsonObject; path: string }[] = []
  visit(document, '', 0)
  return found

  function visit(schema: Json, path: string, depth: number): void {
    if (!isJsonObject(schema) || depth > DEEPEST || found.length === MOST_SCHEMAS) return
    found.push({ schema, path })
    for (const inner of schemasIn(schema)) visit(inner.schema, `${path}/${inner.path}`, depth + 1)
  }
}

/** The schemas directly inside a schema, in the order they are written, with their pointers from there. */
function* schemasIn(schema: JsonObject): Generator<{ schema: Json; path: string }> {
  for (const [keyword, value] of Object.entries(schema)) {
    if (Array.isArray(value)) {
      if (!withList.has(keyword)) continue
      for (const [index, one] of value.entries()) yield { schema: one, path: `${keyword}/${index}` }
    } else if (withSchema.has(keyword)) yield { schema: value, path: keyword }
    else if (withNames.has(keyword) && isJsonObject(value))
      for (const [name, one] of Object.entries(value))
        yield { schema: one, path: `${keyword}/${pointerPart(name)}` }
  }
}
