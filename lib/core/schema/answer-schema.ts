import { isJsonObject, type Json, type JsonObject } from '../base/json'
import { withMovedReference } from './schema-references'
import { mapSchemas } from './schema-walk'

/**
 * A schema in the words of JSON Schema, as its author meant it: `nullable` (OpenAPI's word) becomes a type of
 * null, `type: "any"` no type at all. Answers are checked against this.
 */
export function plainSchema(schema: Json): Json {
  return mapSchemas(schema, ({ nullable, ...rest }) => {
    const plain = nullable === undefined || typeof nullable === 'boolean' ? rest : { ...rest, nullable }
    if (plain.type === 'any') delete plain.type
    return nullable === true ? orNull(plain) : plain
  })
}

function orNull(schema: JsonObject): JsonObject {
  const { type } = schema
  if (typeof type !== 'string' && !Array.isArray(type))
    return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: 'null' }] }
  const types = [type].flat()
  return {
    ...schema,
    type: types.includes('null') ? types : [...types, 'null'],
    ...(Array.isArray(schema.enum) && !schema.enum.includes(null) ? { enum: [...schema.enum, null] } : {}),
  }
}

/** Property of the answer tool's input that holds an answer that is not an object. */
export const wrappedKey = 'value'

/**
 * The same schema as the input of a tool, which the API wants to be an object in draft 2020-12 without
 * alternatives at its top: any other root goes under one key. What this cannot enforce, the check of the
 * answer does.
 */
export function wireSchema(schema: JsonObject): JsonObject {
  const modern = mapSchemas(plainSchema(schema), inDraft2020)
  if (!isJsonObject(modern) || !isBare(modern))
    return { ...(isJsonObject(modern) ? modern : {}), type: 'object' }
  return {
    type: 'object',
    properties: {
      [wrappedKey]: mapSchemas(modern, (one) => withMovedReference(one, `/properties/${wrappedKey}`)),
    },
    required: [wrappedKey],
    additionalProperties: false,
  }
}

/** Whether the API would refuse this root as the input of a tool, so it has to be wrapped. */
function isBare(root: JsonObject): boolean {
  if (['anyOf', 'oneOf', 'allOf', '$ref', 'enum', 'const'].some((key) => root[key] !== undefined)) return true
  const { type } = root
  if (type !== undefined) return [type].flat().join() !== 'object'
  return root.properties === undefined && (root.items !== undefined || root.prefixItems !== undefined)
}

/**
 * What an agent gave as its answer, unwrapped where its schema was wrapped. `tool` is the input schema the
 * agent was given: one stored before roots were wrapped says so by its shape.
 */
export function givenAnswer(
  tool: JsonObject | null,
  schema: Json,
  input: Json,
): { value: Json; isWrapped: boolean } {
  const isWrapped = tool !== null && isWrapper(tool) && !(isJsonObject(schema) && isWrapper(schema))
  if (!isWrapped || !isJsonObject(input) || Object.keys(input).join() !== wrappedKey)
    return { value: input, isWrapped: false }
  return { value: input[wrappedKey] ?? null, isWrapped: true }
}

function isWrapper(schema: JsonObject): boolean {
  return isJsonObject(schema.properties) && Object.keys(schema.properties).join() === wrappedKey
}

/** One schema; those inside it are in that draft already. */
function inDraft2020({ $schema, additionalItems, ...rest }: JsonObject): JsonObject {
  if (!Array.isArray(rest.items)) return rest
  const { items, ...others } = rest
  return {
    ...others,
    prefixItems: items,
    ...(additionalItems === undefined ? {} : { items: additionalItems }),
  }
}
