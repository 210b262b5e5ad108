import { cutText } from '@/lib/core/base/cut-text'
import { decodeText } from '@/lib/core/base/text-encoding'
import { Unreadable } from './document'

export type ReadText = { text: string; isCut: boolean; notes: string[] }

/** The widest encoding takes so many bytes for one UTF-16 unit. */
const MOST_BYTES_A_UNIT = 3

/**
 * The text of a file in UTF-8, UTF-16 or, where it is neither, Windows-1252, which Latin-1 is part of. Throws
 * `Unreadable` for what is no text.
 */
export function readText(bytes: Uint8Array, mostCharacters: number): ReadText {
  const part = bytes.subarray(0, mostCharacters * MOST_BYTES_A_UNIT + MOST_BYTES_A_UNIT)
  const decoded = decodeText(part)
  if (decoded === null) throw new Unreadable('The file is neither text nor a kind of document that is known.')
  const notes: string[] = []
  // A character that our own cut parted is no fault of the file.
  const isOneByte = !decoded.isExact && !isOnlyCut(decoded.text, part.length < bytes.length)
  if (isOneByte) notes.push('It is not valid UTF-8 and was read as Windows-1252.')
  const whole = isOneByte ? new TextDecoder('windows-1252').decode(part) : decoded.text
  if (whole.includes('\0')) notes.push('Its zero bytes were replaced.')
  const text = cutText(whole.replaceAll('\0', '\ufffd'), mostCharacters)
  const isCut = text.length < whole.length || part.length < bytes.length
  return { text, isCut, notes }
}

function isOnlyCut(text: string, wasCut: boolean): boolean {
  return wasCut && text.indexOf('\ufffd') >= text.length - 1
}

/** What is odd about a table, in sentences: a quote that nobody closes makes one cell of all that follows. */
export function notesOfTable(text: string): string[] {
  let isInside = false
  let line = 1
  let openedAt = 1
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit === 0x0a) line += 1
    else if (unit === 0x22) {
      isInside = !isInside
      if (isInside) openedAt = line
    }
  }
  return isInside ? [`A quote that opens in line ${openedAt} is never closed.`] : []
}
