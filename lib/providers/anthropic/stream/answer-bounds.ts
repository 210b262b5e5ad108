import { type Json, parseJson } from '@/lib/core/base/json'
import { extentOfJson } from '@/lib/core/base/json-extent'

/**
 * What is read of a provider, in bytes after decompression, or characters: a hundred times what an honest one
 * sends.
 */
export const mostRead = {
  /** A streamed answer, or one line of a batch's results. */
  answer: 200_000_000,
  event: 16_000_000,
  /** A body that is read whole: a plain answer, a list of models, the state of a batch. */
  body: 50_000_000,
  refusal: 1_000_000,
  /** Content blocks of one answer; each may be a tool call. */
  blocks: 2_000,
  /** A batch has no more than 100,000 requests. */
  results: 200_000,
  pages: 200,
} as const

/** The other end sent more than anybody could mean. */
export class TooMuchError extends Error {
  constructor(readonly what: string) {
    super(`more than ${what}`)
    this.name = 'TooMuchError'
  }
}

/** Shorter texts cannot be nested so deeply that walking them runs out of stack. */
const SHORT = 2_000
const DEEPEST = 200
const MOST_PARTS = 1_000_000

/** JSON of a provider; undefined when it is none, or nested or crowded beyond what can be walked. */
export function parseAnswer(text: string): Json | undefined {
  if (text.length > SHORT) {
    const { depth, parts } = extentOfJson(text)
    if (depth > DEEPEST || parts > MOST_PARTS) return undefined
  }
  return parseJson(text)
}

/** A response whose body fails with a `TooMuchError` after `mostBytes`. */
export function boundedResponse(response: Response, mostBytes: number): Response {
  const { body } = response
  if (body === null) return response
  const reader = body.getReader()
  let bytes = 0
  const bounded = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) return controller.close()
      bytes += value.byteLength
      if (bytes <= mostBytes) return controller.enqueue(value)
      controller.error(new TooMuchError(`${mostBytes / 1_000_000} MB`))
      await reader.cancel()
    },
    cancel: (reason) => reader.cancel(reason),
  })
  const { status, statusText, headers } = response
  return new Response(bounded, { status, statusText, headers })
}
