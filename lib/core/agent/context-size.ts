import { modelRules } from '../money/models'
import type { Price } from '../money/pricing'

/** Parts of a token in which characters are counted, so that sums of many stay exact. */
const PARTS = 30

/** What a character counts in parts of a token, by what it is. */
type Weights = {
  /** Small letters and spaces: words of prose and code are tokens of several. */
  plain: number
  /** Digits, signs and line ends, of which tables, JSON, numbers and hashes are full: few of them share a token. */
  dense: number
  /** What is no word, such as Base64, has many, and is cut there. */
  capital: number
  /** Letters that take two bytes: accents, Greek, Cyrillic, Hebrew, Arabic. */
  twoBytes: number
  /** Han, kana, hangul and their signs, which vocabularies know. */
  eastAsian: number
  /** Every other character of the basic plane: of three bytes, and each may be a token. */
  threeBytes: number
  /** Half a surrogate pair, such as an emoji: of four bytes. */
  half: number
}

/** What is usual: a third of the letters of English prose, and a token for every letter of other scripts. */
const usual: Weights = {
  plain: 10,
  dense: 18,
  capital: 14,
  twoBytes: 30,
  eastAsian: 30,
  threeBytes: 45,
  half: 30,
}

/** The most there may be. No tokenizer that works on bytes makes more tokens than bytes. */
const most: Weights = {
  plain: 15,
  dense: 30,
  capital: 30,
  twoBytes: 60,
  eastAsian: 60,
  threeBytes: 90,
  half: 60,
}

/** What one unit of a text counts. */
function partsOf(unit: number, weights: Weights): number {
  if (unit < 0x80) return partsOfAscii(unit, weights)
  if (unit < 0x800) return weights.twoBytes
  if (unit >= 0xd800 && unit <= 0xdfff) return weights.half
  return isEastAsian(unit) ? weights.eastAsian : weights.threeBytes
}

function partsOfAscii(unit: number, { plain, dense, capital }: Weights): number {
  if (unit === 0x20 || (unit >= 0x61 && unit <= 0x7a)) return plain
  return unit >= 0x41 && unit <= 0x5a ? capital : dense
}

function isEastAsian(unit: number): boolean {
  return (
    (unit >= 0x2010 && unit <= 0x206f) ||
    (unit >= 0x3000 && unit <= 0x30ff) ||
    (unit >= 0x4e00 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7af) ||
    (unit >= 0xff00 && unit <= 0xffef)
  )
}

function tokensBy(weights: Weights, text: string): number {
  let parts = 0
  for (let at = 0; at < text.length; at++) parts += partsOf(text.charCodeAt(at), weights)
  return Math.ceil(parts / PARTS)
}

/**
 * About how many tokens a text has, in whatever script and however dense. A guess for what is to be kept short;
 * reservations are made by bounds.
 */
export function roughTokens(text: string): number {
  return tokensBy(usual, text)
}

/**
 * Upper bound of the tokens of a text, for reservations: half a token a small letter, one a capital, digit or sign, and
 * as many as bytes, or for the common East Asian ones two, a character of any other script.
 */
export function tokenBound(text: string): number {
  return tokensBy(most, text)
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
  let left = Math.floor(tokens * PARTS)
  for (let at = 0; at < text.length; at++) {
    left -= partsOf(text.charCodeAt(at), usual)
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
