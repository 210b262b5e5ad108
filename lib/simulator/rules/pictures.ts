import type { JsonObject } from '@/lib/core/base/json'
import { invalid } from '../wire/errors'
import { objectOf, stringOf } from '../wire/json'

/** How the base64 of each type of image begins: its first bytes, which the API compares with what is said of it. */
const beginnings: Readonly<Record<string, RegExp>> = {
  'image/png': /^iVBORw0KGgo/,
  'image/jpeg': /^\/9j/,
  'image/gif': /^R0lGOD/,
  'image/webp': /^UklGR/,
}

/** Characters of base64 in an image of 5 MiB, and pages of PDF in one document (vision and PDF pages). */
const MOST_IMAGE_CHARACTERS = 5 * 1024 * 1024
const MOST_PAGES = 600

/** What a page is taken to cost here, and a picture whose size is not in its header. */
const PAGE_TOKENS = 2_500
const IMAGE_TOKENS = 1_500

/** Pixels of a side, and to a token (vision page). */
const MOST_PIXELS = 8_000
const PIXELS_A_TOKEN = 750
const MOST_IMAGE_TOKENS = 4_784

/** Refuses an image or a document that the API refuses: another type than it says, none at all, or too large. */
export function checkPicture(block: JsonObject, at: string): void {
  const source = objectOf(block.source)
  const kind = stringOf(source.type)
  if (kind === 'text' && block.type === 'document') return
  if (kind !== 'base64')
    throw invalid(`${at}.source: Input tag '${kind}' does not match any of the expected tags`)
  const mediaType = stringOf(source.media_type)
  const data = stringOf(source.data)
  if (data === '' || data.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(data))
    throw invalid(`${at}.source.base64.data: Input should be valid base64`)
  if (block.type === 'document') checkDocument(mediaType, data, at)
  else checkImage(mediaType, data, at)
}

function checkDocument(mediaType: string, data: string, at: string): void {
  if (mediaType !== 'application/pdf')
    throw invalid(`${at}.source.base64.media_type: Input should be 'application/pdf'`)
  if (!data.startsWith('JVBERi')) throw invalid(`${at}.source.base64.data: The PDF specified was not valid.`)
  if (pagesIn(data) > MOST_PAGES)
    throw invalid(`${at}.source.base64.data: A maximum of ${MOST_PAGES} PDF pages may be provided.`)
}

function checkImage(mediaType: string, data: string, at: string): void {
  const begins = beginnings[mediaType]
  if (begins === undefined)
    throw invalid(
      `${at}.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
    )
  if (!begins.test(data))
    throw invalid(
      `${at}.source.base64.data: The image was specified using the ${mediaType} media type, but does not appear to be one`,
    )
  if (data.length > MOST_IMAGE_CHARACTERS) throw invalid(`${at}.source.base64: image exceeds 5 MB maximum`)
  const size = pngSize(data)
  if (size !== null && Math.max(size.width, size.height) > MOST_PIXELS)
    throw invalid(
      `${at}.source.base64.data: At least one of the image dimensions exceed max allowed size: ${MOST_PIXELS} pixels`,
    )
}

/** Tokens of an image by its pixels, of a document by its pages; nothing is drawn here. */
export function pictureTokens(block: JsonObject): number {
  const data = stringOf(objectOf(block.source).data)
  if (block.type === 'document') return pagesIn(data) * PAGE_TOKENS
  const size = pngSize(data)
  return size === null
    ? IMAGE_TOKENS
    : Math.min(MOST_IMAGE_TOKENS, Math.ceil((size.width * size.height) / PIXELS_A_TOKEN))
}

/** Pages that a PDF says it has, where its page tree can be read as it is; else one. */
function pagesIn(data: string): number {
  const counts = Buffer.from(data, 'base64')
    .toString('latin1')
    .matchAll(/\/Type\s*\/Pages\b[^>]*?\/Count\s+(\d{1,6})/g)
  return Math.max(1, ...[...counts].map(([, count]) => Number(count)))
}

function pngSize(data: string): { width: number; height: number } | null {
  if (!data.startsWith('iVBORw0KGgo')) return null
  const head = Buffer.from(data.slice(0, 32), 'base64')
  return head.length < 24 ? null : { width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
}
