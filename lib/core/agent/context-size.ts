import { modelRules } from '../money/models'
import type { Price } from '../money/pricing'

/** Latin characters of a token in prose, code and JSON alike: the fewest that are usual. */
const CHARACTERS_A_TOKEN = 3

/**
 * About how many tokens a text has: a third of its Latin characters, and one for every other. A guess for what
 * is to be kept short; reservations are made by bounds.
 */
export function roughTokens(text: string): number {
  let wide = 0
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) wide += 1
  return Math.ceil((text.length - wide) / CHARACTERS_A_TOKEN) + wide
}

/**
 * Upper bound of the tokens of a text, for reservations: two characters of Latin text make at most a token, and
 * every other character may be two.
 */
export function tokenBound(text: string): number {
  let wide = 0
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) wide += 1
  return Math.ceil((text.length - wide) / 2) + wide * 2
}

/** Tokens that the results of one turn's tools may have together. */
export const MOST_RESULT_TOKENS = 60_000

/** Tokens of them that pages and pictures may take: the rest is for the text beside them. */
export const MOST_SHOWN_TOKENS = 45_000

/** Tokens that what a wait tells of other agents may have together. */
export const MOST_WAIT_TOKENS = 40_000

/** Output that a turn probably takes at most beside its results, in tokens. */
const USUAL_OUTPUT_TOKENS = 16_000

/** Share of the room at which an agent is warned. */
const TOLD_AT = 0.7

/** Share of the room that a next turn is kept away from, where its results would fit otherwise. */
const COMPACTED_AT = 0.9

/** How large a conversation may grow, in tokens. */
export type ContextRoom = {
  /** From here on its agent is warned. */
  toldAt: number
  /** From here on it is summarised before its next turn. */
  compactedAt: number
  /** The most that its model takes. */
  window: number
}

/**
 * What a model's context holds. Where long prompts cost more from some length on, that is where a conversation
 * is summarised, unless the launch allows the long tier. A next turn has to fit with all that its tools may
 * give.
 */
export function contextRoom(model: string, price: Price | null, allowsLongTier: boolean): ContextRoom {
  const window = modelRules(model).contextTokens
  const tier = allowsLongTier ? null : (price?.longPrompt?.aboveTokens ?? null)
  const room = Math.min(window, tier ?? window)
  const next = MOST_RESULT_TOKENS + USUAL_OUTPUT_TOKENS
  const compactedAt = Math.floor(Math.min(COMPACTED_AT * room, Math.max(window - next, window / 2)))
  return { toldAt: Math.floor(Math.min(TOLD_AT * room, 0.85 * compactedAt)), compactedAt, window }
}

/**
 * How many characters of each text to keep so that together they have no more than `mostTokens`. Short texts
 * stay whole; the longest are cut until all fit.
 */
export function sharesOf(texts: readonly string[], mostTokens: number): number[] {
  const sizes = texts.map(roughTokens)
  if (sizes.reduce((sum, size) => sum + size, 0) <= mostTokens) return texts.map(({ length }) => length)
  const level = fairLevel(sizes, mostTokens)
  return texts.map((text, at) => ((sizes[at] ?? 0) <= level ? text.length : charactersWithin(text, level)))
}

/** How many characters a text begins with that have so many tokens: its first half may be denser than the rest. */
export function charactersWithin(text: string, tokens: number): number {
  let left = Math.floor(tokens * CHARACTERS_A_TOKEN)
  for (let at = 0; at < text.length; at++) {
    left -= text.charCodeAt(at) > 0x7f ? CHARACTERS_A_TOKEN : 1
    if (left < 0) return at
  }
  return text.length
}

/** The size above which everything is cut to it, so that all is as much as there may be. */
function fairLevel(sizes: readonly number[], most: number): number {
  const ordered = [...sizes].sort((a, b) => a - b)
  let left = most
  for (const [at, size] of ordered.entries()) {
    const share = left / (ordered.length - at)
    if (size > share) return share
    left -= size
  }
  return left
}
