import { cutText } from '@/lib/core/base/cut-text'
import type { Json } from '@/lib/core/base/json'
import { isObject } from '../wire/json'
import { pictureTokens } from './pictures'

/**
 * Characters of ordinary text to a token, for models from 4.7 on. Older ones count about 30 % fewer tokens.
 */
const CHARACTERS_PER_TOKEN = { current: 3.6, older: 4.7 }
/** Scripts without spaces (kana, han, hangul) take close to one token a character. */
const DENSE = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/g

export type Tokenizer = keyof typeof CHARACTERS_PER_TOKEN

/** How many tokens a text takes: an estimate, but always the same one. */
export function countTokens(text: string, tokenizer: Tokenizer = 'current'): number {
  if (text === '') return 0
  const dense = text.match(DENSE)?.length ?? 0
  return Math.max(1, Math.ceil((text.length - dense) / CHARACTERS_PER_TOKEN[tokenizer] + dense * 0.9))
}

/**
 * Tokens of any part of a request: text counts as text, pictures by their size, the rest as JSON.
 */
export function countContent(value: Json | undefined, tokenizer: Tokenizer): number {
  if (typeof value === 'string') return countTokens(value, tokenizer)
  if (Array.isArray(value))
    return value.reduce<number>((sum, entry) => sum + countContent(entry, tokenizer), 0)
  if (!isObject(value)) return 0
  if (value.type === 'text') return countContent(value.text, tokenizer)
  if (value.type === 'tool_result') return 8 + countContent(value.content, tokenizer)
  // A signature stands for thinking that was already paid for; it is opaque and not counted by its length.
  if (value.type === 'thinking') return 4 + countContent(value.thinking, tokenizer)
  if (value.type === 'image' || value.type === 'document') return pictureTokens(value)
  return 4 + countTokens(JSON.stringify(withoutCacheControl(value)), tokenizer)
}

/** Cache marks are instructions about a block, not part of it. */
export function withoutCacheControl(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(withoutCacheControl)
  if (!isObject(value)) return value ?? null
  const kept = Object.entries(value).filter(([key]) => key !== 'cache_control')
  return Object.fromEntries(kept.map(([key, entry]) => [key, withoutCacheControl(entry)]))
}

/**
 * Cuts text into the small deltas a stream is made of, at spaces where it can, never inside a surrogate pair.
 */
export function* deltasOf(text: string, characters = 18): Generator<string> {
  let start = 0
  while (start < text.length) {
    let end = Math.min(text.length, start + characters)
    const space = text.indexOf(' ', end)
    if (space !== -1 && space - end < 10) end = space
    const lastUnit = text.charCodeAt(end - 1)
    if (lastUnit >= 0xd800 && lastUnit <= 0xdbff && end < text.length) end += 1
    yield text.slice(start, end)
    start = end
  }
}

/** The longest beginning of a text that fits into so many tokens. */
export function cutToTokens(text: string, tokens: number, tokenizer: Tokenizer): string {
  if (countTokens(text, tokenizer) <= tokens) return text
  let low = 0
  let high = text.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (countTokens(cutText(text, middle), tokenizer) <= tokens) low = middle
    else high = middle - 1
  }
  return cutText(text, low)
}
