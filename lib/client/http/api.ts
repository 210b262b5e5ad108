import { z } from 'zod'
import {
  type AnswerSchemaOf,
  addressOf,
  answerSchemaOf,
  type CallOf,
  type Endpoint,
} from '@/lib/api/endpoints/endpoint'
import { type Problem, problemSchema } from '@/lib/api/problem'
import type { Later } from './later'
import { notify } from './notices'
import { isServerThere } from './patiently'
import { takePrefetched } from './prefetch'
import { leadToSignIn } from './sign-in'

/** A refusal or a broken answer, always with problem details so that a page can mark the field. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail || problem.title, options)
    this.name = 'ApiError'
    this.problem = problem
  }
}

/** Options of a call: a signal to abort it, and its idempotency key. */
type RequestOptions = { signal?: AbortSignal; key?: string; bytes?: Blob }

/** An endpoint that answers JSON. */
type JsonEndpoint = Endpoint & { answer: { kind: 'json' | 'act' } | { kind: 'stream'; json: z.ZodType } }

/**
 * Calls an endpoint and reads its answer with its contract. Throws `ApiError` for everything that is not a
 * good answer.
 */
export async function call<E extends JsonEndpoint>(
  given: E | Later<E>,
  to: CallOf<E> & RequestOptions,
): Promise<z.output<AnswerSchemaOf<E>>> {
  const endpoint = await contractOf(given)
  return read(endpoint, to, await request(endpoint, to, to))
}

async function read<E extends JsonEndpoint>(
  endpoint: E,
  to: CallOf<E>,
  answer: Response,
): Promise<z.output<AnswerSchemaOf<E>>> {
  const parsed = answerSchemaOf(endpoint)?.safeParse(await answer.json())
  if (parsed?.success === true) return asAnswer<E>(parsed.data)
  throw new ApiError(
    local(`${addressOf(endpoint, to)} returned an unexpected response`, 'Reload the page.'),
    {
      cause: parsed?.error,
    },
  )
}

/**
 * The endpoint's own schema has read it; the type system cannot follow which of the kinds of answers it has.
 */
function asAnswer<E extends Endpoint>(answer: unknown) {
  return answer as z.output<AnswerSchemaOf<E>>
}

/** Calls an endpoint whose body is the bytes of a file, and reads its answer as `call` does. */
export async function sendBytes<E extends JsonEndpoint>(
  given: E | Later<E>,
  to: CallOf<E>,
  bytes: Blob,
): Promise<z.output<AnswerSchemaOf<E>>> {
  const endpoint = await contractOf(given)
  return read(endpoint, to, await request(endpoint, to, { bytes }))
}

/** Calls an endpoint whose answer nobody reads. */
export async function send<E extends Endpoint>(given: E | Later<E>, to: CallOf<E>): Promise<void> {
  await request(await contractOf(given), to)
}

/** Acts on a run or an agent; if the act is still waiting for something, a notification says for what. */
export async function sendAct<E extends JsonEndpoint>(given: E | Later<E>, to: CallOf<E>): Promise<void> {
  const answer = await request(await contractOf(given), to)
  if (answer.status !== 202) return
  const told = underWaySchema.safeParse(await answer.json())
  if (told.success) notify(told.data.waitsFor)
}

const underWaySchema = z.object({ waitsFor: z.string() })

/** The problem behind anything thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem
  return local('This page crashed', error instanceof Error ? error.message : String(error))
}

/** The contract itself; after an upgrade of the server there may be none any more for the code of an open page. */
async function contractOf<E extends Endpoint>(given: E | Later<E>): Promise<E> {
  if (typeof given !== 'function') return given
  try {
    return await given()
  } catch (cause) {
    if (!(await isServerThere())) throw notResponding(cause)
    throw new ApiError(local('A part of this page could not be loaded', 'Reload the page.'), { cause })
  }
}

async function request<E extends Endpoint>(
  endpoint: E,
  to: CallOf<E>,
  { signal, key, bytes }: RequestOptions = {},
): Promise<Response> {
  const { method, access } = endpoint
  const { body } = to
  const path = addressOf(endpoint, to)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (bytes !== undefined) headers['content-type'] = 'application/octet-stream'
  if (key !== undefined) headers['idempotency-key'] = key
  const init: RequestInit = { method, headers, cache: 'no-store' }
  if (body !== undefined) init.body = JSON.stringify(body)
  if (bytes !== undefined) init.body = bytes
  if (signal !== undefined) init.signal = signal
  const prefetched = method === 'GET' ? takePrefetched(path) : null
  const answer = await (prefetched ?? fetch(path, init)).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw notResponding(cause)
  })
  if (answer.ok) return answer
  if (answer.status === 401 && access !== 'open') leadToSignIn()
  throw new ApiError(await readProblem(answer))
}

function notResponding(cause: unknown): ApiError {
  return new ApiError(local('The server is not responding', 'Check that Skein is running, then try again.'), {
    cause,
  })
}

async function readProblem(answer: Response): Promise<Problem> {
  const parsed = problemSchema.safeParse(await answer.json().catch(() => null))
  if (parsed.success) return parsed.data
  return { ...local(`The server answered ${answer.status}`, answer.statusText), status: answer.status }
}

function local(title: string, detail: string): Problem {
  return { type: 'about:blank', title, status: 0, detail }
}
