import type { IncomingHttpHeaders } from 'node:http'
import { Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { Dispatcher } from 'undici'

/** Unread bytes of a body beyond which the connection is paused. */
const MOST_WAITING = 1_000_000

/**
 * A fetch for streamed answers. It uses undici's dispatcher directly and skips web streams, which cost as
 * much as the rest of a turn. Redirects, and requests that are not a POST of a string, go to the real fetch,
 * `fallback`.
 */
export function createDirectFetch(dispatcher: Dispatcher, fallback: typeof fetch): typeof fetch {
  return async (input, init) => {
    const { method, body, signal } = init ?? {}
    if (typeof input !== 'string' || typeof body !== 'string' || method?.toUpperCase() !== 'POST')
      return fallback(input, init)
    const url = new URL(input)
    const headers = Object.fromEntries(new Headers(init?.headers))
    const answer = new Answer(signal ?? null)
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers,
        body,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      answer.handler,
    )
    const { status, head } = await answer.begun
    if (status < 300 || status >= 400) return answer.response(status, head, url.href)
    // A redirect: let the real fetch send the request again and follow it.
    answer.cancel()
    return fallback(input, init)
  }
}

type Part = { done: false; value: Uint8Array } | { done: true; value: undefined }
type Waiting = { resolve(part: Part): void; reject(error: unknown): void }

/** The body of one answer, between the dispatcher that brings it and its reader. */
class Answer {
  readonly #parts: Uint8Array[] = []
  #bytes = 0
  #waiting: Waiting | null = null
  #hasEnded = false
  #error: Error | null = null
  #controller: Dispatcher.DispatchController | null = null
  #begin: (head: { status: number; head: IncomingHttpHeaders }) => void = () => {}
  #fail: (error: unknown) => void = () => {}
  readonly begun = new Promise<{ status: number; head: IncomingHttpHeaders }>((resolve, reject) => {
    this.#begin = resolve
    this.#fail = reject
  })

  constructor(private readonly signal: AbortSignal | null) {
    if (signal?.aborted) this.#abort()
    else signal?.addEventListener('abort', this.#abort, { once: true })
  }

  readonly #abort = () => {
    const reason: unknown = this.signal?.reason
    const error =
      reason instanceof Error ? reason : new DOMException('This operation was aborted', 'AbortError')
    this.#broken(error)
    this.#controller?.abort(error)
  }

  readonly handler: Dispatcher.DispatchHandler = {
    onRequestStart: (controller) => {
      this.#controller = controller
      if (this.#error !== null) controller.abort(this.#error)
    },
    onResponseStart: (_, status, head) => {
      // What comes before the answer itself is no answer.
      if (status >= 200) this.#begin({ status, head })
    },
    onResponseData: (controller, chunk) => {
      const waiting = this.#waiting
      if (waiting !== null) {
        this.#waiting = null
        waiting.resolve({ done: false, value: chunk })
        return
      }
      this.#parts.push(chunk)
      this.#bytes += chunk.byteLength
      if (this.#bytes > MOST_WAITING) controller.pause()
    },
    onResponseEnd: () => {
      this.#hasEnded = true
      this.#leave()
      this.#waiting?.resolve(over)
      this.#waiting = null
    },
    onResponseError: (_, error) => this.#broken(new TypeError('fetch failed', { cause: error })),
  }

  #broken(error: Error): void {
    this.#error ??= error
    this.#leave()
    this.#fail(this.#error)
    this.#waiting?.reject(this.#error)
    this.#waiting = null
  }

  #leave(): void {
    this.signal?.removeEventListener('abort', this.#abort)
  }

  read(): Promise<Part> {
    const value = this.#parts.shift()
    if (value !== undefined) {
      this.#bytes -= value.byteLength
      if (this.#controller?.paused === true && this.#bytes <= MOST_WAITING / 2) this.#controller.resume()
      return Promise.resolve({ done: false, value })
    }
    if (this.#error !== null) return Promise.reject(this.#error)
    if (this.#hasEnded) return Promise.resolve(over)
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  /** Nobody wants the rest. */
  cancel(): void {
    this.#leave()
    this.#parts.length = 0
    this.#bytes = 0
    if (!this.#hasEnded && this.#error === null)
      this.#controller?.abort(new DOMException('The answer is not wanted', 'AbortError'))
  }

  /**
   * A stream of events is read from here directly; anything else is a response of the platform over these
   * bytes.
   */
  response(status: number, head: IncomingHttpHeaders, url: string): Response {
    const headers = headersOf(head)
    const unpack = unpackers[headers.get('content-encoding')?.toLowerCase() ?? '']
    if (unpack === undefined && status < 300 && (headers.get('content-type') ?? '').includes('event-stream'))
      return asResponse(new StreamedResponse(this, status, headers, url))
    if (status === 204 || status === 304) return new Response(null, { status, headers })
    if (unpack === undefined) return new Response(plain(this), { status, headers })
    headers.delete('content-encoding')
    headers.delete('content-length')
    return new Response(unpacked(this, unpack()), { status, headers })
  }
}

function plain(answer: Answer): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = await answer.read()
      if (part.done) controller.close()
      else controller.enqueue(part.value)
    },
    cancel: () => answer.cancel(),
  })
}

/** Nobody is asked to compress; gateways that do so anyway are understood. */
const unpackers: Readonly<Record<string, (() => Transform) | undefined>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

function unpacked(answer: Answer, unpack: Transform): ReadableStream<Uint8Array> {
  async function* packed() {
    for (let part = await answer.read(); !part.done; part = await answer.read()) yield part.value
  }
  const source = Readable.from(packed(), { objectMode: false })
  source.once('error', (error) => unpack.destroy(error))
  source.pipe(unpack)
  const pieces = unpack[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    cancel() {
      answer.cancel()
      unpack.destroy()
    },
  })
}

const over: Part = { done: true, value: undefined }

function headersOf(head: IncomingHttpHeaders): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(head))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one)
  return headers
}

/** What the SDK and we ask of a response that streams events. */
class StreamedResponse {
  readonly ok = true
  readonly redirected = false
  readonly type = 'basic'
  readonly statusText = ''
  readonly body: { getReader(): { read(): Promise<Part>; cancel(): Promise<void> }; cancel(): Promise<void> }

  constructor(
    answer: Answer,
    readonly status: number,
    readonly headers: Headers,
    readonly url: string,
  ) {
    const cancel = async () => answer.cancel()
    this.body = { getReader: () => ({ read: () => answer.read(), cancel }), cancel }
  }
}

/**
 * The SDK hands it on untouched (`asResponse`), and `readBody` takes nothing of it but what the class above
 * has.
 */
function asResponse(streamed: StreamedResponse): Response {
  return streamed as unknown as Response
}
