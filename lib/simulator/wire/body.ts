import type { IncomingMessage } from 'node:http'
import { Refused } from './errors'

/** Largest accepted bodies in bytes: Messages and token counting, and batches. */
export const BODY_LIMITS = { message: 32 * 1024 * 1024, batch: 256 * 1024 * 1024 }

/** Reads a request body; above the limit it is a 413, as at the API's edge. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  let isTooLarge = false
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    // The rest is read and dropped: closing at once would reach the client as a reset, not as a 413.
    if (size > limitBytes) isTooLarge = true
    else chunks.push(bytes)
  }
  if (isTooLarge) throw new Refused(413)
  return Buffer.concat(chunks).toString('utf8')
}
