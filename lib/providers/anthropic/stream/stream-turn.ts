import Anthropic from '@anthropic-ai/sdk'
import { type Failure, failure } from '@/lib/core/agent/failure'
import { isJsonObject, type JsonObject } from '@/lib/core/base/json'
import type { Clock } from '@/lib/core/ports/clock'
import type { ToolDefinition, TurnObserver, TurnRequest, TurnResult } from '@/lib/core/ports/ports'
import { type Asked, failureOfNetwork, failureOfRefusal, type Refusal } from '../failures'
import { requestBody, requestHeaders } from '../request-body'
import { readRateLimits, readRetryAfterMs } from '../response-headers'
import { Accumulation, completedTurn } from './accumulation'
import { mostRead, parseAnswer, TooMuchError } from './answer-bounds'
import { type IdleWatch, LONGEST_ANSWER_MS, watchIdle } from './idle-watch'
import { leaveInTurns } from './leave-in-turns'
import { createSseParser } from './sse-parser'
import { readWireError } from './whole-message'

/** Of this process: there is one event loop, however many providers there are. */
const leaveInTurn = leaveInTurns()

/** What a turn needs of its provider. */
export type Connection = { client: Anthropic; clock: Clock; asked(model: string): Asked }

/**
 * Sends one request and reads its streamed answer to the end. Everything that can go wrong outside this
 * program is a failure in the result; `started` then says what was known of the usage when it broke.
 */
export async function streamTurn(
  connection: Connection,
  request: TurnRequest,
  observer: TurnObserver,
  options: { signal: AbortSignal; idleLimitMs: number },
): Promise<TurnResult> {
  const watch = watchIdle(options.signal, options.idleLimitMs, connection.clock.awake)
  const accumulation = new Accumulation(observer)
  const asked = connection.asked(request.model)
  try {
    await leaveInTurn()
    const response = await connection.client.messages
      .create(requestBody(request), { signal: watch.signal, headers: requestHeaders(request) })
      .asResponse()
    observer.onHeaders(readRateLimits(response.headers))
    const requestId = response.headers.get('request-id')
    const broken = await readBody(response, accumulation, watch, observer, connection.clock)
    if (broken !== null) return failed(failureOfRefusal({ ...broken, requestId }, asked), accumulation)
    return finished(accumulation, requestId, asked, request.tools)
  } catch (error) {
    if (error instanceof Anthropic.APIError && error.headers !== undefined) {
      observer.onHeaders(readRateLimits(error.headers))
    }
    return failed(
      failureOfError(error, watch, options.idleLimitMs, asked, connection.clock.now()),
      accumulation,
    )
  } finally {
    watch.end()
  }
}

/** Reads the body into the accumulation; gives the refusal when it contains an error. */
async function readBody(
  response: Response,
  accumulation: Accumulation,
  watch: IdleWatch,
  observer: TurnObserver,
  clock: Clock,
): Promise<Omit<Refusal, 'requestId'> | null> {
  const reader = response.body?.getReader()
  if (reader === undefined) return null
  if (!isEventStream(response)) return readPlainBody(reader, accumulation, watch)
  let error: JsonObject | null = null
  const events = createSseParser((data) => {
    const event = parseAnswer(data)
    if (!isJsonObject(event)) return
    if (event.type === 'error') error ??= event
    else accumulation.add(event)
  })
  let bytes = 0
  while (!accumulation.isWhole && error === null) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > mostRead.answer) throw new TooMuchError(`${mostRead.answer / 1_000_000} MB in one answer`)
    watch.alive()
    observer.onByte()
    events.push(value)
  }
  if (!accumulation.isWhole && error === null) events.end()
  letGo(reader, clock)
  return error === null ? null : refusalInBody(error)
}

/** A server that does not stream, whatever it was asked: a whole message, an error, or no API at all. */
async function readPlainBody(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  accumulation: Accumulation,
  watch: IdleWatch,
): Promise<Omit<Refusal, 'requestId'> | null> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    watch.alive()
    bytes += part.value.byteLength
    if (bytes > mostRead.body) throw new TooMuchError(`${mostRead.body / 1_000_000} MB in one answer`)
    text += decoder.decode(part.value, { stream: true })
  }
  const body = parseAnswer(text)
  if (!isJsonObject(body)) throw new NoApiError()
  if (body.type === 'error') return refusalInBody(body)
  if (Array.isArray(body.content)) {
    accumulation.start(body)
    accumulation.isWhole = true
  }
  return null
}

/**
 * Something answered with 200 that is neither a stream nor JSON: most likely a web page at a wrong address.
 */
class NoApiError extends Error {}

function isEventStream(response: Response): boolean {
  const type = response.headers.get('content-type') ?? ''
  return type === '' || type.includes('event-stream')
}

function refusalInBody(event: JsonObject): Omit<Refusal, 'requestId'> {
  return {
    status: null,
    wire: readWireError(event) ?? { type: null, code: null, message: null, requestId: null },
    retryAfterMs: null,
  }
}

/**
 * Reads what is left so that the connection can be used again, but not for long: some servers never hang up.
 */
function letGo(reader: ReadableStreamDefaultReader<Uint8Array>, clock: Clock): void {
  const stop = clock.after(DRAIN_MS, () => void reader.cancel().catch(ignored))
  const drain = async () => {
    while (!(await reader.read()).done);
  }
  drain().catch(ignored).finally(stop)
}

const DRAIN_MS = 1000

/** The answer is already complete; a connection that breaks while it is let go harms nobody. */
function ignored(): void {}

function finished(
  accumulation: Accumulation,
  requestId: string | null,
  asked: Asked,
  tools: readonly ToolDefinition[],
): TurnResult {
  if (!accumulation.isWhole) {
    return failed(
      failure(
        'truncated-stream',
        `The answer of ${asked.model} broke off before its end. The agent retries.`,
        {
          requestId,
        },
      ),
      accumulation,
    )
  }
  const turn = completedTurn(accumulation, requestId, tools)
  if (turn === null) {
    return failed(
      failure('server-error', `${asked.host} sent an unreadable answer. The agent retries.`, { requestId }),
      accumulation,
    )
  }
  return { ok: true, turn }
}

function failed(reason: Failure, accumulation: Accumulation): TurnResult {
  const { model, usage, outputCharacters } = accumulation
  return { ok: false, failure: reason, started: model === null ? null : { model, usage, outputCharacters } }
}

function failureOfError(
  error: unknown,
  watch: IdleWatch,
  idleLimitMs: number,
  asked: Asked,
  now: number,
): Failure {
  if (watch.reason() === 'stalled') {
    const seconds = Math.round(idleLimitMs / 1000)
    return failure('stalled', `No byte came from ${asked.host} for ${seconds} seconds. The agent retries.`)
  }
  if (watch.reason() === 'endless') {
    const hours = LONGEST_ANSWER_MS / 3_600_000
    return failure(
      'stalled',
      `The answer of ${asked.model} had no end after ${hours} hours. The agent retries.`,
    )
  }
  if (watch.reason() === 'interrupted')
    return failure('interrupted', `The request to ${asked.model} was stopped.`)
  return requestFailure(error, asked, now)
}

/** The failure behind an error that the SDK threw; nothing of the SDK's own wording is kept. */
export function requestFailure(error: unknown, asked: Asked, now: number): Failure {
  if (error instanceof Anthropic.APIError && error.status !== undefined) {
    return failureOfRefusal(
      {
        status: error.status,
        wire: { type: error.type, code: error.errorCode, message: textOf(error.apiMessage), requestId: null },
        retryAfterMs: error.headers === undefined ? null : readRetryAfterMs(error.headers, now),
        requestId: error.requestID ?? null,
      },
      asked,
    )
  }
  const tooMuch = tooMuchIn(error)
  if (tooMuch !== null) {
    return failure('server-error', `${asked.host} sent more than ${tooMuch.what}. The agent retries.`)
  }
  if (error instanceof NoApiError) {
    return failure(
      'unreachable',
      `${asked.host} answers, but not as the Messages API. Check ANTHROPIC_BASE_URL.`,
    )
  }
  const network = failureOfNetwork(error, asked)
  if (network !== null) return network
  if (error instanceof Anthropic.APIConnectionTimeoutError) {
    return failure('timeout', `No answer from ${asked.host} in time. The agent retries.`)
  }
  if (error instanceof Anthropic.APIConnectionError) {
    return failure('connection', `The connection to ${asked.host} broke. The agent retries.`)
  }
  const name = error instanceof Error ? error.name : typeof error
  return failure(
    'internal',
    `Internal error during the request to ${asked.model} (${name}). Please report this.`,
  )
}

/** The SDK may have wrapped it. */
function tooMuchIn(error: unknown, depth = 0): TooMuchError | null {
  if (error instanceof TooMuchError) return error
  return error instanceof Error && depth < 5 ? tooMuchIn(error.cause, depth + 1) : null
}

/** Typed as text by the SDK, but untrusted bodies hold anything. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
