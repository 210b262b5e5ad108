import { z } from 'zod'
import { allEndpoints, endpointGroups } from '@/lib/api/endpoints/all-endpoints'
import { answerSchemaOf, type Endpoint, paramNamesOf, refusalsOf } from '@/lib/api/endpoints/endpoint'
import { runSummarySchema } from '@/lib/api/first/run-list'
import { type ProblemKind, problemKinds, problemSchema } from '@/lib/api/problem'
import { schemaNames } from '@/lib/api/schema-names'
import { assertNever } from '@/lib/core/base/assert-never'
import { type JsonObject, jsonSchema, jsonValue } from '@/lib/core/base/json'
import { envelopeSchema } from '@/lib/core/run/events'
import { problems } from '../services/problem'
import { MEMBER_COOKIE } from './access'

/** Parts of several answers, and of none alone. */
const sharedParts = [problemSchema, runSummarySchema, envelopeSchema]

let made: JsonObject | null = null
let written: string | null = null

/**
 * The API as an OpenAPI 3.1 document, made from the contracts that the routes are handled by. Made once: it takes a
 * thousand schemas and whoever asks for it is asked nothing.
 */
export function openApi(): JsonObject {
  made ??= makeOpenApi()
  return made
}

/** The same as text. */
export function openApiText(): string {
  written ??= JSON.stringify(openApi())
  return written
}

function makeOpenApi(): JsonObject {
  const asked = allEndpoints.flatMap(({ endpoint: { body } }) => (body === undefined ? [] : [body.schema]))
  const answered = allEndpoints.flatMap(({ endpoint }) => answerSchemaOf(endpoint) ?? [])
  const framed = allEndpoints.flatMap(({ endpoint: { answer } }) =>
    answer.kind === 'stream' ? Object.values(answer.frames) : [],
  )
  return jsonValueOf({
    openapi: '3.1.0',
    info: {
      title: 'Skein',
      version: '1',
      description:
        'Money is in whole nanodollars (`…NanoUsd`) with dollars beside it (`…Usd`); times are ISO 8601. Every refusal is problem+json. Without SKEIN_AUTH=team (or the deprecated SKEIN_TEAM_TOKEN) nobody is asked who they are. `x-skein-role` is the least role that may ask.',
    },
    tags: endpointGroups.map(({ tag: name, description }) => ({ name, description })),
    security: [{ apiKey: [] }, { session: [] }, { teamToken: [] }, { member: [] }],
    paths: paths(),
    components: {
      schemas: {
        ...schemasOf(asked, 'input'),
        ...schemasOf([...answered, ...framed, ...sharedParts], 'output'),
      },
      responses: Object.fromEntries(problemKinds.map((kind) => [kind, refusal(problems[kind].title)])),
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, `skein_…`, made under /settings/keys.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'skein.session_token',
          description: 'Set by `POST /api/sign-in`; behind TLS its name begins with `__Secure-`.',
        },
        teamToken: {
          type: 'http',
          scheme: 'bearer',
          description:
            'SKEIN_TEAM_TOKEN, where there are no accounts; `X-Skein-Name` says who asks. Deprecated.',
        },
        member: {
          type: 'apiKey',
          in: 'cookie',
          name: MEMBER_COOKIE,
          description: 'Set by `POST /api/join`.',
        },
      },
    },
  })
}

function paths() {
  const items: Record<string, Record<string, unknown>> = {}
  for (const { operationId, tag, endpoint } of allEndpoints) {
    const item = items[endpoint.path] ?? {}
    item[endpoint.method.toLowerCase()] = { operationId, tags: [tag], ...operation(endpoint) }
    items[endpoint.path] = item
  }
  return items
}

function operation(endpoint: Endpoint) {
  const { summary, access, body } = endpoint
  const content = body && { 'application/json': { schema: reference(body.schema), example: body.example } }
  return {
    summary,
    ...(access === 'open' ? { security: [] } : { 'x-skein-role': access }),
    parameters: [...pathOf(endpoint), ...queryOf(endpoint), ...headersOf(endpoint)],
    ...(content === undefined ? {} : { requestBody: { required: true, content } }),
    ...framesOf(endpoint),
    responses: { ...answersOf(endpoint), ...refusalsByStatus(endpoint), default: refusal('A refusal') },
  }
}

/** What the frames of a stream hold, by the names of their events, for which OpenAPI has no field. */
function framesOf({ answer }: Endpoint) {
  if (answer.kind !== 'stream') return {}
  const named = Object.entries(answer.frames).map(([name, schema]) => [name, reference(schema)])
  return { 'x-skein-frames': Object.fromEntries(named) }
}

function answersOf({ summary, answer }: Endpoint) {
  switch (answer.kind) {
    case 'json': {
      const example = answer.example === undefined ? {} : { example: answer.example }
      const content = { 'application/json': { schema: reference(answer.schema), ...example } }
      return { [answer.status]: { description: summary, content } }
    }
    case 'act': {
      const schema = reference(answer.schema)
      const waiting = { type: 'object', properties: { waitsFor: { type: 'string' } }, required: ['waitsFor'] }
      const underWay = { 'application/json': { schema: { allOf: [schema, waiting] } } }
      return {
        200: { description: summary, content: { 'application/json': { schema } } },
        202: { description: 'Under way; `waitsFor` says what it waits for', content: underWay },
      }
    }
    case 'nothing':
      return { 204: { description: 'Done' } }
    case 'redirect':
      return { 303: { description: 'To a page' } }
    case 'file': {
      const content = answer.types.map((type) => [
        type,
        { schema: { type: type.endsWith('json') ? 'object' : 'string' } },
      ])
      return { 200: { description: summary, content: Object.fromEntries(content) } }
    }
    case 'stream': {
      const frames = { 'text/event-stream': { schema: { type: 'string', description: answer.about } } }
      if (answer.json === null) return { 200: { description: summary, content: frames } }
      const content = { ...frames, 'application/json': { schema: reference(answer.json) } }
      return { 200: { description: `${summary}; JSON when \`Accept\` names application/json`, content } }
    }
    default:
      return assertNever(answer)
  }
}

function refusalsByStatus(endpoint: Endpoint) {
  const pair = (kind: ProblemKind) => [problems[kind].status, { $ref: `#/components/responses/${kind}` }]
  return Object.fromEntries(refusalsOf(endpoint).map(pair))
}

function refusal(description: string) {
  return { description, content: { 'application/problem+json': { schema: reference(problemSchema) } } }
}

function reference(schema: z.ZodType) {
  return { $ref: `#/components/schemas/${nameOf(schema)}` }
}

/** What is asked or answered has a name, so the document says it once. */
function nameOf(schema: z.ZodType): string {
  const name = schemaNames.get(schema)?.id
  if (name === undefined)
    throw new Error('A schema of an endpoint has no name: register it with `schemaNames`.')
  return name
}

function pathOf(endpoint: Endpoint) {
  return paramNamesOf(endpoint).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryOf({ query }: Endpoint) {
  if (query === undefined) return []
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

function headersOf({ headers = [] }: Endpoint) {
  return headers.map((header) => ({ ...header, in: 'header', required: false, schema: { type: 'string' } }))
}

function schemasOf(schemas: readonly z.ZodType[], io: 'input' | 'output') {
  const registry = z.registry<{ id: string }>()
  for (const schema of new Set(schemas)) registry.add(schema, { id: nameOf(schema) })
  registry.add(jsonSchema, { id: 'Json' })
  const made = z.toJSONSchema(registry, {
    io,
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema: schema }) => {
      if (io === 'output' && schema.properties !== undefined) addDollars(schema.properties)
    },
  })
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]),
  )
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
