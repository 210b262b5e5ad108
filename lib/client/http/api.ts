import { z } from 'zod'
import { type Problem, problemSchema } from '@/lib/api/problem'
import { leadToJoin } from './join'
import { notify } from './notices'
import { api } from './paths'
import { takePrefetched } from './prefetch'

/** A refusal or a broken answer, always with a problem so that a page can name the field. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail || problem.title, options)
    this.name = 'ApiError'
    this.problem = problem
  }
}

type RequestOptions = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  signal?: AbortSignal
  key?: string
}

/** One request, parsed with the schema of the contract. Throws `ApiError` for everything that is not a good answer. */
export async function fetchJson<S extends z.ZodType>(
  path: string,
  schema: S,
  options: RequestOptions = {},
): Promise<z.infer<S>> {
  const answer = await send(path, options)
  const parsed = schema.safeParse(await answer.json())
  if (parsed.success) return parsed.data
  throw new ApiError(local(`${path} returned an unexpected response`, 'Reload the page.'), {
    cause: parsed.error,
  })
}

/** One request whose answer nobody reads. */
export async function sendJson(path: string, options: RequestOptions = {}): Promise<void> {
  await send(path, options)
}

/** Does something to a run or an agent; what it still waits for is told at the edge of the page. */
export async function sendAct(path: string, body: unknown): Promise<void> {
  const answer = await send(path, { method: 'POST', body })
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

async function send(path: string, { method = 'GET', body, signal, key }: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (key !== undefined) headers['idempotency-key'] = key
  const request: RequestInit = { method, headers, cache: 'no-store' }
  if (body !== undefined) request.body = JSON.stringify(body)
  if (signal !== undefined) request.signal = signal
  const prefetched = method === 'GET' ? takePrefetched(path) : null
  const answer = await (prefetched ?? fetch(path, request)).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(local('The server is not responding', 'Check that Skein is running, then try again.'), { cause })
  })
  if (answer.ok) return answer
  if (answer.status === 401 && path !== api.join) leadToJoin()
  throw new ApiError(await readProblem(answer))
}

async function readProblem(answer: Response): Promise<Problem> {
  const parsed = problemSchema.safeParse(await answer.json().catch(() => null))
  if (parsed.success) return parsed.data
  return { ...local(`The server answered ${answer.status}`, answer.statusText), status: answer.status }
}

function local(title: string, detail: string): Problem {
  return { type: 'about:blank', title, status: 0, detail }
}
