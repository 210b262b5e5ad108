import { z } from 'zod'
import { type JsonObject, jsonSchema, jsonValue } from '@/lib/core/base/json'
import { answered, asked } from './named-schemas'
import { type Method, type Operation, operations } from './operations'

/** The API as an OpenAPI 3.1 document, made from the schemas that the routes check with. */
export function openApi(): JsonObject {
  return jsonValueOf({
    openapi: '3.1.0',
    info: {
      title: 'Skein',
      version: '1',
      description:
        'Money is in whole nanodollars (`…NanoUsd`) with dollars beside it (`…Usd`); times are ISO 8601. Every refusal is problem+json.',
    },
    paths: Object.fromEntries(Object.entries(operations).map(([path, methods]) => [path, pathItem(path, methods)])),
    components: { schemas: { ...schemasOf(asked, 'input'), ...schemasOf(answered, 'output') } },
  })
}

function pathItem(path: string, methods: Partial<Record<Method, Operation>>) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  return Object.fromEntries(
    Object.entries(methods).map(([method, operation]) => [
      method.toLowerCase(),
      {
        summary: operation.summary,
        parameters: [...inPath, ...queryOf(operation), ...headersOf(operation)],
        ...(operation.body === undefined ? {} : { requestBody: { required: true, content: content(operation.body) } }),
        responses: {
          [operation.status ?? 200]: answerOf(operation),
          default: { description: 'A refusal', content: content('Problem', 'application/problem+json') },
        },
      },
    ]),
  )
}

function answerOf({ summary, answer, streams }: Operation) {
  if (answer === undefined) return { description: 'Done' }
  const plain = answer === 'anything' ? { 'application/json': { schema: { type: 'object' } } } : content(answer)
  if (streams === undefined) return { description: summary, content: plain }
  const stream = { 'text/event-stream': { schema: { type: 'string', description: streams } } }
  return { description: `${summary}; JSON when \`Accept\` names application/json`, content: { ...stream, ...plain } }
}

function content(name: string, type = 'application/json') {
  return { [type]: { schema: { $ref: `#/components/schemas/${name}` } } }
}

function queryOf({ query }: Operation) {
  if (query === undefined) return []
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

function headersOf({ headers = [] }: Operation) {
  return headers.map((header) => ({ ...header, in: 'header', required: false, schema: { type: 'string' } }))
}

function schemasOf(schemas: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output') {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id })
  registry.add(jsonSchema, { id: 'Json' })
  const made = z.toJSONSchema(registry, {
    io,
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema: schema }) => {
      if (io === 'output' && schema.properties !== undefined) addDollars(schema.properties)
    },
  })
  return Object.fromEntries(Object.entries(made.schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]))
}

/** The dollars that every answer carries beside its nanodollars. */
function addDollars(properties: { [name: string]: unknown }): void {
  for (const name of Object.keys(properties)) {
    if (name === 'nanoUsd') properties.usd = { type: ['number', 'null'] }
    else if (name.endsWith('NanoUsd'))
      properties[`${name.slice(0, -'NanoUsd'.length)}Usd`] = dollarsFor(properties[name])
  }
}

/** A range of them has the same edges, of which none is whole; a number of them is a number. */
function dollarsFor(nano: unknown): unknown {
  if (!JSON.stringify(nano).includes('"object"')) return { type: ['number', 'null'] }
  return JSON.parse(JSON.stringify(nano, (_, part) => (part?.type === 'integer' ? { type: 'number' } : part)))
}

function jsonValueOf(document: unknown): JsonObject {
  const value = jsonValue(JSON.parse(JSON.stringify(document)))
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
