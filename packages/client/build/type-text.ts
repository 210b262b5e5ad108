import { z } from 'zod'

/** A JSON schema as far as those of the API go; what else it says bounds values and is no matter of types. */
export type JsonSchema = {
  $ref?: string | undefined
  type?: string | string[] | undefined
  const?: unknown
  enum?: unknown[] | undefined
  anyOf?: JsonSchema[] | undefined
  oneOf?: JsonSchema[] | undefined
  allOf?: JsonSchema[] | undefined
  properties?: Record<string, JsonSchema> | undefined
  required?: string[] | undefined
  additionalProperties?: boolean | JsonSchema | undefined
  propertyNames?: JsonSchema | undefined
  items?: JsonSchema | undefined
  description?: string | undefined
}

/** What bounds a value, of which a type says nothing. */
const bounds = [
  ...['default', 'format', 'pattern', 'minLength', 'maxLength', 'minItems', 'maxItems'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
]

/** Reads one. Throws where the document holds what this generator would not understand. */
export const jsonSchemaSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.strictObject({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    anyOf: z.array(jsonSchemaSchema).optional(),
    oneOf: z.array(jsonSchemaSchema).optional(),
    allOf: z.array(jsonSchemaSchema).optional(),
    properties: z.record(z.string(), jsonSchemaSchema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), jsonSchemaSchema]).optional(),
    propertyNames: jsonSchemaSchema.optional(),
    items: jsonSchemaSchema.optional(),
    description: z.string().optional(),
    ...Object.fromEntries(bounds.map((name) => [name, z.unknown().optional()])),
  }),
)

/** The TypeScript of a schema. References are names of types. */
export function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'unknown'
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)))
  if (schema.allOf !== undefined) return schema.allOf.map(typeText).join(' & ')
  const oneOf = schema.anyOf ?? schema.oneOf
  if (oneOf !== undefined) return union(oneOf.map(typeText))
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeText({ ...schema, type })))
  return typed(schema)
}

function typed(schema: JsonSchema): string {
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return `Array<${typeText(schema.items ?? {})}>`
    case 'object':
      return objectText(schema)
    default:
      return 'unknown'
  }
}

function objectText({ properties, required = [], additionalProperties, propertyNames }: JsonSchema): string {
  const others = typeof additionalProperties === 'object' ? typeText(additionalProperties) : 'unknown'
  const name = propertyNames === undefined ? 'string' : typeText(propertyNames)
  if (properties === undefined) {
    const record = `Record<${name}, ${others}>`
    return name === 'string' || required.length > 0 ? record : `Partial<${record}>`
  }
  const fields = Object.entries(properties).map(([field, schema]) => {
    const mark = required.includes(field) ? '' : '?'
    return `${nameText(field)}${mark}: ${typeText(schema)}${mark === '' ? '' : ' | undefined'}`
  })
  const isOpen = additionalProperties === true || typeof additionalProperties === 'object'
  const own = `{ ${fields.join('; ')} }`
  return isOpen
    ? `${own} & Record<string, ${others === 'unknown' ? 'unknown' : `${others} | undefined`}>`
    : own
}

/** The name of a field, in quotes where it needs them. */
export function nameText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

function union(parts: readonly string[]): string {
  const different = [...new Set(parts)]
  return different.length === 0
    ? 'never'
    : different.map((part) => (part.includes('&') ? `(${part})` : part)).join(' | ')
}
