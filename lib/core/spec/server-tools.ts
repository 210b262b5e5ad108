import { z } from 'zod'
import { assertNever } from '../base/assert-never'

const maxUses = z.int().min(1)
/** Names of hosts, each with those below it (`example.org`, no scheme); null for all. */
const allowedDomains = z.array(z.string()).nullable()

/**
 * A tool that the provider runs itself while it answers: nothing comes back to be run here. `maxUses` is for one
 * turn.
 */
export const serverToolSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('web_search'), maxUses, allowedDomains }),
  z.object({
    kind: z.literal('web_fetch'),
    maxUses,
    /** What one page may add to the prompt; the provider keeps to it about. */
    maxContentTokens: z.int().min(1),
    allowedDomains,
    citations: z.boolean(),
  }),
])
export type ServerTool = z.infer<typeof serverToolSchema>

/** The most that a turn's server tools may add to it. */
export type ServerToolWorst = {
  /** Searches, which are billed one by one. */
  searches: number
  /** Tokens of what they bring, billed as input. */
  contentTokens: number
  /** Passes of the model beside the first: each reads the prompt again, and what was brought by then. */
  passes: number
}

/**
 * Tokens that one search brings. Nobody documents a bound: the API's own example (prompt-caching page) writes
 * 7,345 for one search, so this is about twice of what was seen.
 */
const SEARCH_TOKENS = 15_000

/** A page may be about a fifth longer than its bound, which the API calls approximate. */
const CONTENT_MARGIN = 1.2

/** What server tools may use in one turn when each is used as often as it may be. */
export function worstOfServerTools(tools: readonly ServerTool[]): ServerToolWorst {
  const worst = { searches: 0, contentTokens: 0, passes: 0 }
  for (const tool of tools) {
    worst.passes += tool.maxUses
    switch (tool.kind) {
      case 'web_search':
        worst.searches += tool.maxUses
        worst.contentTokens += tool.maxUses * SEARCH_TOKENS
        break
      case 'web_fetch':
        worst.contentTokens += tool.maxUses * Math.ceil(tool.maxContentTokens * CONTENT_MARGIN)
        break
      default:
        assertNever(tool)
    }
  }
  return worst
}
