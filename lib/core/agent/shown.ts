import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../base/json'
import { tokenBound } from './context-size'

/**
 * A picture, or pages of a document, that an agent is shown as they are. It stands in a conversation by its digest;
 * what it shows is kept beside, once a run, and put in its place when a request leaves.
 */
export const shownSchema = z.object({
  type: z.literal('shown'),
  kind: z.enum(['document', 'image']),
  /** Of its base64. */
  digest: z.string(),
  /** `application/pdf`, or that of an image. */
  mediaType: z.string(),
  /** For people and models: the file's name, and which pages. */
  title: z.string(),
  /** Pages of a document; 1 of an image. */
  pages: z.number().int().positive(),
  /** Characters of its base64. */
  characters: z.number().int().nonnegative(),
  /** Upper bound of what it takes of a prompt. */
  tokens: z.number().int().nonnegative(),
})
export type Shown = z.infer<typeof shownSchema>

/** What a tool shows beside its text, with its base64. */
export type ShownByTool = Omit<Shown, 'type' | 'digest' | 'characters'> & { data: string }

/** What all that a conversation shows may come to: one request has to hold it (see the API's bounds of requests). */
export const mostShown = {
  /** Pages of PDF that models of every context size take. */
  pages: 100,
  /** From here on large pictures are refused. */
  images: 20,
  /** Characters of base64: a request holds 32 MB. */
  characters: 24_000_000,
} as const

/** Most tokens of a picture: models from Opus 4.7 on see 3.75 megapixels, at a token for 784 of them (vision page). */
const MOST_IMAGE_TOKENS = 4_784

/** Older models count a token for 750 pixels, and both count some around it. */
const PIXELS_A_TOKEN = 750
const AROUND_IT = 64

/** Upper bound of the tokens of a picture of this size in pixels. */
export function imageTokens(width: number, height: number): number {
  return Math.min(MOST_IMAGE_TOKENS, Math.ceil((width * height) / PIXELS_A_TOKEN)) + AROUND_IT
}

/** Upper bound of the tokens of PDF pages with these texts: each is shown as a picture and as its text. */
export function pageTokens(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + MOST_IMAGE_TOKENS + AROUND_IT + tokenBound(text), 0)
}

/** What these blocks of a message show. */
export function shownIn(content: readonly JsonObject[]): Shown[] {
  return content.flatMap((block) => {
    if (block.type !== 'tool_result' || !Array.isArray(block.content)) return []
    return block.content.flatMap((part) => {
      const one = shownOf(part)
      return one === null ? [] : [one]
    })
  })
}

/** A part of a tool's result as what it shows; null where it is text. */
export function shownOf(part: Json): Shown | null {
  return isJsonObject(part) && part.type === 'shown' ? shownSchema.parse(part) : null
}

/** Tokens of what these blocks show, at most, beyond their text. */
export function shownTokens(content: readonly JsonObject[]): number {
  return shownIn(content).reduce((sum, { tokens }) => sum + tokens, 0)
}

/** The text of a tool's result; null where it has none. */
export function resultText(content: Json | undefined): string | null {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return null
  return content
    .flatMap((part) => (isJsonObject(part) && typeof part.text === 'string' ? [part.text] : []))
    .join('\n')
}
