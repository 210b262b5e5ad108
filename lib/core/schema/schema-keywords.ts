import { isJsonObject, type Json, type JsonObject } from '../base/json'

// Readers of a schema's keywords. Schemas come from outside: a malformed keyword counts as absent.

/** The schemas of an object's properties by name; none where there are none. */
export function propertiesOf(schema: Json | undefined): JsonObject {
  return isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {}
}

/** The properties an object must have. */
export function requiredOf(schema: Json | undefined): string[] {
  return isJsonObject(schema) ? namesIn(schema.required) : []
}

/** The types under `type`, one or many; none where it is not said. */
export function statedTypes(schema: Json | undefined): string[] {
  return isJsonObject(schema) && schema.type !== undefined ? namesIn([schema.type].flat()) : []
}

/** The schemas of which one is enough: under `anyOf`, then under `oneOf`. */
export function alternativesOf(schema: Json | undefined): Json[] {
  return isJsonObject(schema) ? [...listOf(schema.anyOf), ...listOf(schema.oneOf)] : []
}

/**
 * The schemas of a list's items: those of the first ones, and that of all further ones, each with its
 * keyword.
 */
export type ItemSchemas = { first: Json[]; firstKeyword: string; rest: Json | undefined; restKeyword: string }

/**
 * Reads tuples as draft-07 writes them (`items` as a list, `additionalItems`) and as 2020-12 does
 * (`prefixItems`, `items`).
 */
export function itemsOf(schema: JsonObject): ItemSchemas {
  const { items, additionalItems, prefixItems } = schema
  if (Array.isArray(items))
    return { first: items, firstKeyword: 'items', rest: additionalItems, restKeyword: 'additionalItems' }
  return { first: listOf(prefixItems), firstKeyword: 'prefixItems', rest: items, restKeyword: 'items' }
}

/** What one property demands of the object that has it, in the keywords of every draft. */
export function dependantsOf(schema: JsonObject): { on: string; demand: JsonObject }[] {
  return [schema.dependentRequired, schema.dependentSchemas, schema.dependencies].flatMap((dependants) =>
    Object.entries(objectOf(dependants)).map(([on, demand]) => ({
      on,
      demand: Array.isArray(demand) ? { required: demand } : objectOf(demand),
    })),
  )
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function namesIn(value: Json | undefined): string[] {
  return listOf(value).filter((name) => typeof name === 'string')
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
