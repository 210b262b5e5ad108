import { openApi } from '@/lib/server/http/openapi'
import type { Operation } from '../src/request'
import { type DescribedOperation, documentSchema } from './document'
import { nameText, typeText } from './type-text'

/** A generated module: its name beside those of `src`, and its text. */
export type GeneratedModule = { name: string; text: string }

/**
 * The modules that follow from the OpenAPI document: the types of what is asked and answered, and the client with a
 * method for each operation.
 */
export function generatedModules(): GeneratedModule[] {
  const { paths, components } = documentSchema.parse(openApi())
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => describe(method.toUpperCase(), path, operation)),
  )
  const types = Object.entries(components.schemas)
    .filter(([name]) => name !== 'Json' && name !== 'Problem')
    .map(([name, schema]) => `export type ${name} = ${typeText(schema)}\n`)
  const inputs = described.map(({ input }) => input)
  return [
    { name: 'api.ts', text: [anyJson, ...types, ...inputs].join('\n') },
    { name: 'skein.ts', text: clientText(described) },
  ]
}

const anyJson = `/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
`

/** One operation: its line in the table, the type of its input, and its method. */
type Described = { name: string; operation: Operation; input: string; method: string }

function describe(method: string, path: string, told: DescribedOperation): Described {
  const operation = operationOf(method, path, told)
  const inputName = `${told.operationId.charAt(0).toUpperCase()}${told.operationId.slice(1)}Input`
  const fields = fieldsOf(told, operation)
  const isNeeded = fields.some(({ isRequired }) => isRequired)
  const lines = fields.map(
    ({ name, isRequired, type }) =>
      `  ${nameText(name)}${isRequired ? '' : '?'}: ${type}${isRequired ? '' : ' | undefined'}`,
  )
  const role =
    told['x-skein-role'] === undefined ? 'open to everybody' : `for the role ${told['x-skein-role']}`
  const input = `input${isNeeded ? '' : '?'}: api.${inputName}`
  return {
    name: told.operationId,
    operation,
    input: `/** What \`${told.operationId}\` takes. */\nexport type ${inputName} = {\n${lines.join('\n')}\n}\n`,
    method: `  /** ${told.summary}. \`${method} ${path}\`, ${role}. */
  ${told.operationId}(${input}, options?: ${optionsOf(operation)}): ${answerOf(told, operation)}`,
  }
}

function operationOf(method: string, path: string, told: DescribedOperation): Operation {
  const headers = told.parameters.filter((one) => one.in === 'header').map(({ name }) => name)
  const frames = Object.keys(told['x-skein-frames'] ?? {})
  const named = frames.some((event) => event.startsWith('{run}/'))
  return {
    method,
    path,
    params: told.parameters.filter((one) => one.in === 'path').map(({ name }) => name),
    answer: answerKindOf(told),
    takes: takesOf(told, headers),
    isIdempotentByKey: headers.includes('Idempotency-Key'),
    resumes: resumesBy(headers.includes('Last-Event-ID'), named),
  }
}

function takesOf(told: DescribedOperation, headers: readonly string[]): Operation['takes'] {
  if (headers.includes('Content-Type')) return 'bytes'
  return told.requestBody === undefined ? 'nothing' : 'json'
}

function resumesBy(byId: boolean, byCursors: boolean): Operation['resumes'] {
  if (byId) return 'last-event-id'
  return byCursors ? 'cursors' : 'anew'
}

function answerKindOf({ responses, 'x-skein-frames': frames }: DescribedOperation): Operation['answer'] {
  if (frames !== undefined) return 'stream'
  if (responses['303'] !== undefined) return 'redirect'
  if (responses['204'] !== undefined) return 'nothing'
  return jsonOf(responses) === null ? 'file' : 'json'
}

/** The type of the JSON that is answered; null where it is a file. A file may be JSON too, of no type of its own. */
function jsonOf(responses: DescribedOperation['responses']): string | null {
  const schema = (responses['200'] ?? responses['201'])?.content?.['application/json']?.schema
  return schema?.$ref === undefined ? null : `api.${typeText(schema)}`
}

type Field = { name: string; isRequired: boolean; type: string }

/** Parameters of the path, those of the query, and the body, on one level. Throws where two have one name. */
function fieldsOf(
  { operationId, parameters, requestBody }: DescribedOperation,
  { takes }: Operation,
): Field[] {
  const fields = parameters
    .filter((one) => one.in !== 'header')
    .map(({ name, required, schema, in: place }): Field => {
      const type = typeText(schema)
      // A query is text; what is read as a number or a flag is described by its bounds alone.
      const isLoose = type === 'unknown' || type === 'number'
      return {
        name,
        isRequired: required,
        type: place === 'query' && isLoose ? 'string | number | boolean' : type,
      }
    })
  const body = requestBody?.content['application/json']?.schema
  if (takes === 'bytes')
    fields.push({ name: 'body', isRequired: true, type: 'Blob | ArrayBuffer | Uint8Array<ArrayBuffer>' })
  else if (body !== undefined) fields.push({ name: 'body', isRequired: true, type: typeText(body) })
  if (new Set(fields.map(({ name }) => name)).size < fields.length)
    throw new Error(`Two parts of the input of ${operationId} have one name.`)
  return fields
}

function optionsOf({ answer, isIdempotentByKey }: Operation): string {
  if (answer === 'stream') return 'FollowOptions'
  return isIdempotentByKey ? 'LaunchOptions' : 'CallOptions'
}

function answerOf(told: DescribedOperation, { answer }: Operation): string {
  const json = jsonOf(told.responses) ?? 'never'
  switch (answer) {
    case 'json':
      return told.responses['202'] === undefined ? `Promise<${json}>` : `Promise<${json} & UnderWay>`
    case 'nothing':
      return 'Promise<void>'
    case 'redirect':
      return 'Promise<string | null>'
    case 'file':
      return 'Promise<Response>'
    case 'stream':
      return `Followed<${framesText(told)}, ${json}>`
  }
}

function framesText({ 'x-skein-frames': frames = {} }: DescribedOperation): string {
  const parts = Object.entries(frames).map(([event, schema]) => {
    const name = event.includes('{run}')
      ? `\`${event.replace('{run}', '$' + '{string}')}\``
      : JSON.stringify(event)
    return `{ event: ${name}; data: api.${typeText(schema)}; id: string | null }`
  })
  return parts.join(' | ')
}

function clientText(described: readonly Described[]): string {
  const table = Object.fromEntries(described.map(({ name, operation }) => [name, operation]))
  return `import type * as api from './api.js'
import type { Followed, FollowOptions } from './follow.js'
import { makeOperations } from './operations.js'
import type { CallOptions, ClientOptions, LaunchOptions, Operation } from './request.js'

export type * from './api.js'
export type { Followed, FollowOptions } from './follow.js'
export { type Problem, type ProblemKind, SkeinProblem, SkeinUnreachable } from './problem.js'
export type { CallOptions, ClientOptions, LaunchOptions } from './request.js'

/** Of an act that is not done yet: what it waits for. */
export type UnderWay = { waitsFor?: string | undefined }

/** Every endpoint of the API under its name. All throw \`SkeinProblem\`, \`SkeinUnreachable\`, or the reason of the signal. */
export interface SkeinClient {
${described.map(({ method }) => method).join('\n')}
}

const table: Readonly<Record<string, Operation>> = ${JSON.stringify(table)}

/** A client of one Skein. It keeps nothing and opens nothing before it is asked for something. */
export function createClient(options: ClientOptions): SkeinClient {
  // The table and the interface are made of the same document; the type system cannot follow that.
  return makeOperations(table, options) as unknown as SkeinClient
}
`
}
