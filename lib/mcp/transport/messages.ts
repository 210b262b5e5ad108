import { extentOfJson } from '@/lib/core/base/json-extent'

/**
 * Longest message that is taken of a server. A screenshot is a megabyte or two; of a text only 30,000
 * characters are shown in any case.
 */
export const LONGEST_MESSAGE_BYTES = 4_000_000

/** Deepest and largest message that is parsed: a list of a hundred tools with large schemas stays far below. */
const DEEPEST = 100
const MOST_PARTS = 200_000

/** Why a message cannot be parsed; null when it can. */
export function refusedMessage(text: string): string | null {
  const { depth, parts } = extentOfJson(text)
  if (depth > DEEPEST) return `It sent a message nested ${depth} levels deep.`
  return parts > MOST_PARTS ? 'It sent a message of too many parts.' : null
}

/** What a server did that ends the connection, in a sentence of ours: nothing of what it said is in it. */
export class BrokenServer extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BrokenServer'
  }
}
