import { isJsonObject, type Json } from '../base/json'
import { propertiesOf, requiredOf } from './schema-keywords'

/**
 * A small value that a JSON Schema probably accepts, for a dry run in which nobody can be asked. It knows the
 * common keywords; whether the value fits is for a checker to say.
 */
export function exampleOf(schema: Json | undefined, depth = 0): Json {
  if (!isJsonObject(schema) || depth > 20) return null
  const stated = [schema.default, schema.const, ...[schema.examples, schema.enum].map(firstOf)]
  const known = stated.find((value) => value !== undefined)
  if (known !== undefined) return known
  const alternatives = [schema.anyOf, schema.oneOf, schema.allOf].find(Array.isArray)
  if (alternatives !== undefined) return exampleOf(firstOf(alternatives), depth + 1)
  switch (Array.isArray(schema.type) ? schema.type[0] : (schema.type ?? 'object')) {
    case 'object': {
      const properties = propertiesOf(schema)
      return Object.fromEntries(
        requiredOf(schema).map((name) => [name, exampleOf(properties[name], depth + 1)]),
      )
    }
    case 'array':
      return Array.from({ length: Math.min(20, numberIn(schema.minItems)) }, () =>
        exampleOf(schema.items, depth + 1),
      )
    case 'string':
      return 'x'.repeat(Math.min(1_000, Math.max(1, numberIn(schema.minLength))))
    case 'integer':
    case 'number':
      return numberIn(schema.minimum)
    case 'boolean':
      return true
    default:
      return null
  }
}

function firstOf(list: Json | undefined): Json | undefined {
  return Array.isArray(list) ? list[0] : undefined
}

function numberIn(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0
}
