import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import {
  type AnswerSchemaOf,
  type BodyOf,
  changesSomething,
  type Endpoint,
  type ParamsOf,
  type QueryOf,
} from '@/lib/api/endpoints/endpoint'
import type { Actor } from '@/lib/core/base/actor'
import { assertNever } from '@/lib/core/base/assert-never'
import type { JsonObject } from '@/lib/core/base/json'
import type { Asker } from '../access/asker'
import type { App } from '../app/app'
import { isLogged, type LogFields, log, logAbout, logAlso, logError } from '../log/log'
import { isFault, problemOf, refusalHeaders } from '../services/problem'
import { clientNamed, refuseOtherSites, refuseUntrustedHost } from './access'
import { actOf } from './act'
import { admit } from './door'
import { readAs, readBody } from './read-body'
import { getApp } from './the-app'

type Visit<P> = { app: App; request: Request; params: P; url: URL }
/** A route as Next calls it. */
export type RouteHandler<P> = (request: Request, context: { params: Promise<P> }) => Promise<Response>

/**
 * Wraps a handler: from where is asked is checked first, every error becomes problem details, and nothing
 * else in the house knows HTTP statuses. Who asks is not looked at; `handle` does that.
 */
export function route<P = Record<string, never>>(
  handler: (visit: Visit<P>) => Promise<Response> | Response,
  options: { fromOtherSites?: true | undefined } = {},
): RouteHandler<P> {
  return (request, context) =>
    answered(request, async () => {
      const app = await getApp()
      refuseUntrustedHost(app.env, request.headers)
      if (options.fromOtherSites !== true) refuseOtherSites(request.headers)
      return handler({ app, request, params: paramsOf(await context.params), url: new URL(request.url) })
    })
}

/** The answer that `work` gives; what it throws becomes problem details. The log knows it by an id of its own. */
export async function answered(request: Request, work: () => Promise<Response>): Promise<Response> {
  const id = requestIdOf(request.headers)
  return logAbout({ request: id }, async () => {
    const beganMs = performance.now()
    const response = await answerOf(request, id, work)
    if (isLogged('debug')) {
      const tookMs = Math.round(performance.now() - beganMs)
      log('debug', `${request.method} ${new URL(request.url).pathname} ${response.status} ${tookMs} ms`)
    }
    return response
  })
}

/** The id that a proxy gave a request, where it is one; else a new one. */
function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id') ?? ''
  return /^[\w-]{8,64}$/.test(given) ? given : randomUUID().slice(0, 8)
}

async function answerOf(request: Request, id: string, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    // The asker has left; nobody reads the answer, and it is no fault.
    if (request.signal.aborted) return new Response(null, { status: 499 })
    if (isFault(error)) logError(error)
    const problem = problemOf(error)
    return Response.json(problem, {
      status: problem.status,
      headers: {
        'content-type': 'application/problem+json',
        'x-request-id': id,
        ...refusalHeaders(error),
      },
    })
  }
}

/** The parameters of a path. Next gives nothing, against its types, for a path without any. */
function paramsOf<P>(params: P | undefined): P {
  // A path without parameters has a type without fields, which the empty object is.
  return params ?? ({} as P)
}

/** A request to an endpoint: who asks, and what was asked, read with the schemas of its contract. */
type EndpointVisit<E extends Endpoint> = Visit<ParamsOf<E>> & {
  /** Who asks. On an open endpoint nobody in particular. */
  asker: Asker
  actor: Actor
  /**
   * Says who somebody turned out to be, of whom it was not known when they asked, and what else the audit log tells of
   * it.
   */
  turnedOutToBe(actor: Actor, what?: JsonObject): void
  /**
   * Asks the door again, after a body that was read by the verb itself: it may come as slowly as somebody likes, and
   * they may have been let out meanwhile.
   */
  admitAgain(): Promise<void>
  /** Adds cookies to the answer. */
  cookies(from: Headers): void
  query: QueryOf<E>
  body: BodyOf<E>
  /** Whether `Accept` names JSON, which is answered in place of a stream. */
  wantsJson: boolean
}

/**
 * What the verb of an endpoint gives: the value that is answered, or the response itself where it is no JSON.
 * Where nothing is answered only headers are looked at.
 */
type VerbResult<E extends Endpoint> = E['answer'] extends { kind: 'act' }
  ? z.input<AnswerSchemaOf<E>> & { waitsFor?: string }
  : E['answer'] extends { kind: 'json' }
    ? z.input<AnswerSchemaOf<E>>
    : E['answer'] extends { kind: 'nothing' }
      ? unknown
      : E['answer'] extends { kind: 'stream' }
        ? Response | z.input<AnswerSchemaOf<E>>
        : Response

/**
 * The route handler of an endpoint: reads what its contract says, calls the verb, and answers as the contract
 * says.
 */
export function handle<E extends Endpoint>(
  endpoint: E,
  verb: (visit: EndpointVisit<E>) => Promise<VerbResult<E>> | VerbResult<E>,
): RouteHandler<ParamsOf<E>> {
  const { query, body } = endpoint
  return route<ParamsOf<E>>(
    async (visit) => {
      const { app, request, params } = visit
      const letIn = () => admit(app, request.headers, endpoint, params)
      const first = await letIn()
      const asked = {
        query: query === undefined ? undefined : readQuery(visit.url, query),
        body: body === undefined ? undefined : await readBody(visit.request, body.schema),
        wantsJson: visit.request.headers.get('accept')?.includes('application/json') ?? false,
      }
      const { asker, app: reached } = body === undefined ? first : await letIn()
      let acting = endpoint.access === 'open' ? null : asker.actor
      const admitAgain = async () => {
        await letIn()
      }
      let found: JsonObject = {}
      const turnedOutToBe = (actor: Actor, what: JsonObject = {}) => {
        acting = actor
        found = what
      }
      let cookies: string[] = []
      const addCookies = (from: Headers) => {
        cookies = from.getSetCookie()
      }
      const known = { asker, actor: asker.actor, admitAgain, turnedOutToBe, cookies: addCookies }
      logAlso({ ...idsIn(endpoint, params), project: reached.project, actor: asker.actor.id })
      const response = responseOf(
        endpoint,
        await verb({ ...visit, app: reached, ...known, ...asRead<E>(asked) }),
      )
      if (acting !== null && changesSomething(endpoint))
        await app.store.audit.append({
          ...actOf(endpoint, asked, params, found),
          at: new Date(app.now()).toISOString(),
          actor: acting,
          path: visit.url.pathname,
          client: clientNamed(request.headers),
        })
      for (const cookie of cookies) response.headers.append('set-cookie', cookie)
      return response
    },
    { fromOtherSites: 'fromOtherSites' in endpoint ? endpoint.fromOtherSites : undefined },
  )
}

/** The run and the agent that a path names. */
function idsIn({ within }: Endpoint, params: object): LogFields {
  if (within !== 'run') return {}
  const { id, agentId }: { id?: string; agentId?: string } = params
  return { run: id, agent: agentId }
}

/** The endpoint's own schemas have read it; the type system cannot follow which endpoint has which. */
function asRead<E extends Endpoint>(asked: { query: unknown; body: unknown; wantsJson: boolean }) {
  return asked as Pick<EndpointVisit<E>, 'query' | 'body' | 'wantsJson'>
}

function responseOf({ answer }: Endpoint, result: unknown): Response {
  if (result instanceof Response) return result
  switch (answer.kind) {
    case 'nothing':
      return new Response(null, { status: 204, ...(result instanceof Headers ? { headers: result } : {}) })
    case 'act':
      return json(result, { status: isUnderWay(result) ? 202 : 200 })
    case 'json':
      return json(result, { status: answer.status })
    case 'stream':
    case 'file':
    case 'redirect':
      return json(result)
    default:
      return assertNever(answer)
  }
}

function isUnderWay(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'waitsFor' in result
}

/** The query of a request, checked. */
function readQuery<T extends z.ZodType>(url: URL, schema: T): z.infer<T> {
  return readAs(schema, Object.fromEntries(url.searchParams))
}

/**
 * A JSON answer in which every amount of nanodollars is also given in dollars, for people who read it raw.
 */
function json(value: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(withDollars(value)), {
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  })
}

/**
 * Copies the value first: JSON.stringify with a replacer is called for every value and takes five times as
 * long for a large run.
 */
function withDollars(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withDollars)
  const copy: Record<string, unknown> = {}
  const entries = Object.entries(value)
  for (const [key, part] of entries) copy[key] = withDollars(part)
  for (const [key, nano] of entries)
    if (key.endsWith('anoUsd') && (key === 'nanoUsd' || key.endsWith('NanoUsd')))
      copy[key === 'nanoUsd' ? 'usd' : `${key.slice(0, -'NanoUsd'.length)}Usd`] = inDollars(nano)
  return copy
}

/** An amount, or each edge of a range of amounts; what is not known stays null. */
function inDollars(nano: unknown): unknown {
  if (typeof nano === 'number') return nano / 1e9
  if (typeof nano !== 'object' || nano === null) return nano
  return Object.fromEntries(Object.entries(nano).map(([edge, amount]) => [edge, inDollars(amount)]))
}
