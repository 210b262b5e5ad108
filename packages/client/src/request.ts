import { delayBefore, pause } from './pause.js'
import { problemIn, SkeinUnreachable } from './problem.js'

/** One endpoint, as the table of them has it. */
export type Operation = {
  method: string
  path: string
  /** What of the input stands in the path; the rest of it but `body` is the query. */
  params: readonly string[]
  answer: 'json' | 'nothing' | 'redirect' | 'file' | 'stream'
  takes: 'json' | 'bytes' | 'nothing'
  /** Whether the same `Idempotency-Key` with the same body does it once. */
  isIdempotentByKey: boolean
  /** How a stream that broke off goes on: by `Last-Event-ID`, by the cursors of its runs, or with what is so now. */
  resumes: 'last-event-id' | 'cursors' | 'anew'
}

/** Where the server is, as whom it is asked, and how patiently. */
export type ClientOptions = {
  /** Where Skein answers: `http://127.0.0.1:3000`. */
  baseUrl: string
  /** An API key, `skein_…`; none where nobody signs in. */
  apiKey?: string | undefined
  /** The project to ask in; without it that of the key, else Default. */
  project?: string | undefined
  /** How often to ask again where that is safe: after no answer, 429, 502, 503 and 504. 2 if left out. */
  retries?: number | undefined
  /** Headers of every request. */
  headers?: Readonly<Record<string, string>> | undefined
  /** In place of the `fetch` of the platform. */
  fetch?: typeof fetch | undefined
}

/** Options of one call. */
export type CallOptions = {
  signal?: AbortSignal | undefined
  headers?: Readonly<Record<string, string>> | undefined
  /** In place of the client's. */
  retries?: number | undefined
}

/** Options of a launch. */
export type LaunchOptions = CallOptions & {
  /**
   * The same key with the same body launches once. Without one each call makes its own, under which it is
   * tried again.
   */
  idempotencyKey?: string | undefined
}

/** What a method was called with. */
export type Input = Readonly<Record<string, unknown>>

const RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000
const worthAnotherTry = new Set([429, 502, 503, 504])

/**
 * Asks an endpoint, again where that is safe: it only reads, or a key lets it be done once. Throws
 * `SkeinProblem`, `SkeinUnreachable`, or the reason of the signal.
 */
export async function ask(
  client: ClientOptions,
  operation: Operation,
  input: Input,
  options: LaunchOptions,
): Promise<Response> {
  const isSafe = operation.method === 'GET' || operation.isIdempotentByKey
  const tries = isSafe ? (options.retries ?? client.retries ?? 2) : 0
  const request = requestOf(client, operation, input, options)
  for (let attempt = 0; ; attempt += 1) {
    const answer = await send(client, request).catch((error: unknown) => {
      if (options.signal?.aborted === true || attempt >= tries) throw error
      return null
    })
    if (answer !== null && isGood(operation, answer)) return answer
    if (answer !== null && (attempt >= tries || !worthAnotherTry.has(answer.status)))
      throw await problemIn(answer)
    await answer?.body?.cancel()
    await pause(waitAsked(answer) ?? delayBefore(attempt, RETRY_MS, LONGEST_RETRY_MS), options.signal)
  }
}

/** A redirect is followed by nobody: where it is the answer, it is its address. */
function isGood({ answer: kind }: Operation, { ok, status }: Response): boolean {
  return ok || (kind === 'redirect' && status >= 300 && status < 400)
}

/** Milliseconds that the server asks to be left alone for, within reason; null where it says nothing. */
function waitAsked(answer: Response | null): number | null {
  const seconds = Number(answer?.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(LONGEST_RETRY_MS, seconds * 1000) : null
}

type Sent = { url: string; init: RequestInit }

async function send(client: ClientOptions, { url, init }: Sent): Promise<Response> {
  try {
    return await (client.fetch ?? fetch)(url, init)
  } catch (cause) {
    if (init.signal?.aborted === true) throw init.signal.reason
    throw new SkeinUnreachable(`No Skein answers at ${client.baseUrl}.`, { cause })
  }
}

function requestOf(client: ClientOptions, operation: Operation, input: Input, options: LaunchOptions): Sent {
  const { body } = input
  const headers: Record<string, string> = { accept: acceptOf(operation), ...client.headers }
  if (client.apiKey !== undefined) headers.authorization = `Bearer ${client.apiKey}`
  if (client.project !== undefined) headers['x-skein-project'] = client.project
  if (operation.isIdempotentByKey) headers['idempotency-key'] = options.idempotencyKey ?? crypto.randomUUID()
  if (operation.takes === 'bytes') headers['content-type'] = 'application/octet-stream'
  else if (body !== undefined) headers['content-type'] = 'application/json'
  Object.assign(headers, options.headers)
  const init: RequestInit = { method: operation.method, headers, redirect: 'manual' }
  if (options.signal !== undefined) init.signal = options.signal
  if (body !== undefined) init.body = operation.takes === 'bytes' ? asBytes(body) : JSON.stringify(body)
  return { url: addressOf(client.baseUrl, operation, input), init }
}

function acceptOf({ answer }: Operation): string {
  if (answer === 'stream') return 'text/event-stream'
  return answer === 'file' ? '*/*' : 'application/json'
}

/** The type of the method says that its body is one of these. */
function asBytes(body: unknown): Blob | ArrayBuffer | Uint8Array<ArrayBuffer> {
  return body as Blob | ArrayBuffer | Uint8Array<ArrayBuffer>
}

function addressOf(baseUrl: string, { path, params }: Operation, input: Input): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = input[name]
    if (value === undefined || value === '') throw new TypeError(`${path} needs \`${name}\`.`)
    return encodeURIComponent(String(value))
  })
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input))
    if (name !== 'body' && value !== undefined && !params.includes(name)) query.set(name, String(value))
  const asked = query.toString()
  return `${baseUrl.replace(/\/+$/, '')}${filled}${asked === '' ? '' : `?${asked}`}`
}
