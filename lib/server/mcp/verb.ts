import type { z } from 'zod'
import {
  type AnswerSchemaOf,
  addressOf,
  answerSchemaOf,
  type CallOf,
  type Endpoint,
  type ParamsOf,
} from '@/lib/api/endpoints/endpoint'
import { problemSchema } from '@/lib/api/problem'
import { parseJson } from '@/lib/core/base/json'
import { CLIENT_HEADER } from '../http/access'
import type { RouteHandler } from '../http/route'

/** Who speaks the protocol: the request by which they came, whose headers say who they are. */
export type Visitor = Pick<Request, 'headers' | 'url' | 'signal'>

/** What an endpoint answers: the value of its contract, or the text of a file. */
type Answered<E extends Endpoint> = E['answer'] extends { kind: 'file' }
  ? string
  : z.output<AnswerSchemaOf<E>>

/** One endpoint, asked in this process for a visitor. Rejects with `EndpointRefusal`. */
export type Verb<E extends Endpoint> = (
  from: Visitor,
  call: CallOf<E>,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answered<E>>

/** An endpoint that refused, with the sentence of its problem, which may be shown. */
export class EndpointRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
    this.name = 'EndpointRefusal'
  }
}

/** Headers by which the door and the audit log know who asks, and from where. */
const passedOn = [
  'host',
  'origin',
  'sec-fetch-site',
  'authorization',
  'cookie',
  'user-agent',
  'x-skein-name',
  'x-skein-project',
  'x-forwarded-for',
  CLIENT_HEADER,
]

/**
 * Makes a verb of a route: what comes by this protocol passes the same door, schemas, rules and audit log as
 * what comes by the API.
 */
export function verbOf<E extends Endpoint>(endpoint: E, handler: RouteHandler<ParamsOf<E>>): Verb<E> {
  return async (from, call, more = {}) => {
    const headers = new Headers(more)
    for (const name of passedOn) {
      const value = from.headers.get(name)
      if (value !== null) headers.set(name, value)
    }
    if (call.body !== undefined) headers.set('content-type', 'application/json')
    headers.set('accept', 'application/json')
    const request = new Request(new URL(addressOf(endpoint, call), from.url), {
      method: endpoint.method,
      headers,
      signal: from.signal,
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    })
    const response = await handler(request, { params: Promise.resolve(paramsOf<E>(call)) })
    const text = await response.text()
    if (!response.ok) throw refusalOf(response.status, text)
    const schema = answerSchemaOf(endpoint)
    return answered<E>(schema === null ? text : schema.parse(JSON.parse(text)))
  }
}

/** `CallOf` asks for `params` exactly where the path has some; the type system cannot follow that. */
function paramsOf<E extends Endpoint>(call: { params?: object | undefined }): ParamsOf<E> {
  return (call.params ?? {}) as ParamsOf<E>
}

/** The schema of this endpoint has read it, or it is a file; the type system cannot follow which. */
function answered<E extends Endpoint>(value: unknown): Answered<E> {
  return value as Answered<E>
}

function refusalOf(status: number, text: string): EndpointRefusal {
  const problem = problemSchema.safeParse(parseJson(text))
  return new EndpointRefusal(
    status,
    problem.success ? problem.data.detail : `Refused with the status ${status}.`,
  )
}
