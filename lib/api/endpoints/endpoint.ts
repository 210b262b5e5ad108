import type { z } from 'zod'
import type { Role } from '@/lib/core/base/role'
import type { ProblemKind } from '../problem'

/** The HTTP methods that endpoints have. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A JSON body: what it must be, and one that would be accepted, for the OpenAPI document. */
export type Body<S extends z.ZodType = z.ZodType> = { schema: S; example: z.input<S> }

/**
 * What an endpoint answers when it does not refuse.
 *
 * - `json`: one value, with dollars beside its nanodollars; `example` is one such value.
 * - `act`: the same, with 200 once the act is done, or 202 and `waitsFor` while it is under way.
 * - `nothing`: 204 without a body.
 * - `redirect`: 303 to a page, for a browser.
 * - `file`: a document that is no JSON value of the contract, in one of the content types named.
 * - `stream`: event-stream frames, `frames` by the name of their event, which may hold `{run}` for the id of a run; JSON
 *   in place of them when `Accept` names it and `json` is not null.
 */
export type Answer =
  | { kind: 'json'; status: 200 | 201; schema: z.ZodType; example: unknown }
  | { kind: 'act'; schema: z.ZodType }
  | { kind: 'nothing' }
  | { kind: 'redirect' }
  | { kind: 'file'; types: readonly [string, ...string[]] }
  | { kind: 'stream'; about: string; frames: Readonly<Record<string, z.ZodType>>; json: z.ZodType | null }

/**
 * What an endpoint reaches.
 *
 * - `run`: the run `{id}` of its path, in the project of that run.
 * - `project`: what is in the project that is asked in, and nothing else.
 * - `named-project`: the project `{projectId}` of its path, itself.
 * - `every-project`: all of them at once, for whoever reaches all.
 * - `installation`: what belongs to no project, or to oneself, and tells nothing of one.
 */
export const withins = ['run', 'project', 'named-project', 'every-project', 'installation'] as const
export type Within = (typeof withins)[number]

/**
 * The contract of one endpoint: everything that route handler, client and OpenAPI document have to agree on.
 * Its name, the `operationId`, is its key; its tag is the name of its group (`all-endpoints.ts`).
 */
export type Endpoint = {
  method: Method
  /**
   * Parameters are written in braces, `/api/runs/{id}`; each is one part of the path, any text. What other
   * programs look for under a name of theirs has that one.
   */
  path: `/api/${string}` | '/metrics'
  /** One line that says what it does. */
  summary: string
  /** Who may ask: anybody (`open`), or whoever has this role or a higher one. Checked in one place, `door.ts`. */
  access: 'open' | Role
  /** What of the installation it reaches, so also whose role `access` is asked of. Checked in the same place. */
  within: Within
  /** Whether it changes something, where that does not follow from the method: all but GET does. */
  changes?: boolean
  /**
   * The fields of the body and of the query that the audit log tells; it tells no other, since they may hold secrets.
   * `a.b` is the field `b` of the object `a`, of which the names of all its fields are told as well.
   */
  records?: readonly string[]
  /** Whether an API key may ask that only launches runs and follows its own. */
  forLaunchKeys?: true
  /**
   * Whether it lends something of the machine itself to runs of a project: it takes the role in Default, too, which
   * an admin of one project alone has not.
   */
  ofMachine?: true
  /** Whether only somebody who has signed in may ask, and no program with a key. */
  notForKeys?: true
  /** Whether another site may lead a browser here, as a provider does after a sign-in. It checks a state. */
  fromOtherSites?: true
  query?: z.ZodType
  /** Headers of the request that change what it does. */
  headers?: readonly { name: string; description: string }[]
  body?: Body
  answer: Answer
  /** Refusals of its own, beside those that follow from its shape (`refusalsOf`). */
  refusals?: readonly ProblemKind[]
}

/** Whether an endpoint changes something that is kept, so the audit log tells of it. */
export function changesSomething({ method, changes }: Endpoint): boolean {
  return changes ?? method !== 'GET'
}

/** Declares an endpoint, with its types as narrow as they are written. */
export function endpoint<
  const M extends Method,
  const P extends Endpoint['path'],
  const R extends Omit<Endpoint, 'method' | 'path' | 'summary'>,
>(method: M, path: P, summary: string, rest: R) {
  return { method, path, summary, ...rest }
}

/** A body with its example, which has to fit. */
export function body<S extends z.ZodType>(schema: S, example: z.input<NoInfer<S>>): Body<S> {
  return { schema, example }
}

type JsonAnswer<S extends z.ZodType> = {
  kind: 'json'
  status: 200 | 201
  schema: S
  example: z.input<S> | undefined
}

/** Answers one JSON value, with an example of it where that is short. */
export function json<S extends z.ZodType>(schema: S, example?: z.input<NoInfer<S>>): JsonAnswer<S> {
  return { kind: 'json', status: 200, schema, example }
}

/** Answers what was created, with 201. */
export function created<S extends z.ZodType>(schema: S, example?: z.input<NoInfer<S>>): JsonAnswer<S> {
  return { kind: 'json', status: 201, schema, example }
}

/** Names of the parameters in a path. */
type ParamNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never

/** The parameters in the path of an endpoint. */
export type ParamsOf<E extends Endpoint> = { [Name in ParamNames<E['path']>]: string }

/** The query of an endpoint once it has been read; undefined where it has none. */
export type QueryOf<E extends Endpoint> = E extends { query: infer Q extends z.ZodType }
  ? z.output<Q>
  : undefined

/** The body of an endpoint once it has been read; undefined where it has none. */
export type BodyOf<E extends Endpoint> = E extends { body: Body<infer S> } ? z.output<S> : undefined

/** Schema of the JSON that an endpoint answers; never where it answers none. */
export type AnswerSchemaOf<E extends Endpoint> = E['answer'] extends
  | { kind: 'json' | 'act'; schema: infer S extends z.ZodType }
  | { kind: 'stream'; json: infer S extends z.ZodType }
  ? S
  : never

/** Parameters and query of any address. */
type AnyAddress = { params?: Readonly<Record<string, string>> | undefined; query?: object | undefined }

/** The parts of an endpoint's address: its parameters and its query, where it has them. */
export type AddressOf<E extends Endpoint> = AnyAddress &
  (ParamNames<E['path']> extends never ? { params?: undefined } : { params: ParamsOf<E> }) &
  (E extends { query: infer Q extends z.ZodType } ? { query?: z.input<Q> } : { query?: undefined })

/** What a caller gives besides the endpoint: parameters, query and body. */
export type CallOf<E extends Endpoint> = AddressOf<E> & { body?: unknown } & (E extends {
    body: Body<infer S>
  }
    ? { body: z.input<S> }
    : { body?: undefined })

/** Parameters of a path, by name. */
export function paramNamesOf({ path }: Endpoint): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
}

/** Path and query of a call; values that are undefined are left out. Throws when a parameter is missing. */
export function addressOf<E extends Endpoint>(to: E, call: AddressOf<E>): string {
  const { params = {}, query = {} }: AnyAddress = call
  const path = to.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`${to.path} needs \`${name}\`.`)
    return encodeURIComponent(value)
  })
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? path : `${path}?${text}`
}

/** JSON schema of what an endpoint answers; null where it answers none. */
export function answerSchemaOf({ answer }: Endpoint): z.ZodType | null {
  if (answer.kind === 'json' || answer.kind === 'act') return answer.schema
  return answer.kind === 'stream' ? answer.json : null
}

/**
 * Every refusal an endpoint can answer with: those that follow from who may ask, from its parameters, its
 * query and its body, and those it declares.
 */
export function refusalsOf(declared: Endpoint): ProblemKind[] {
  const { access, query, body: read, refusals = [] } = declared
  const kinds: ProblemKind[] = ['forbidden', 'busy', 'internal', ...refusals]
  if (access !== 'open') kinds.push('unauthorized', 'too-many')
  if (query !== undefined || read !== undefined) kinds.push('bad-request')
  if (read !== undefined) kinds.push('too-large', 'unsupported')
  if (paramNamesOf(declared).length > 0) kinds.push('not-found')
  return [...new Set(kinds)]
}
