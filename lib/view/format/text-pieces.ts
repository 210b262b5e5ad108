import { cutText } from '@/lib/core/base/cut-text'

/** Characters of a text drawn at first, and more with each press of its button. */
export const textPage = 20_000

/** Characters laid out as one: a browser takes the square of what stands without a place to break. */
const LONGEST_PIECE = 5_000

/** Marks that a reader of Markdown may look for the other half of; it takes the square of their number. */
const MOST_MARKS = 6_000
const LONGEST_MARKDOWN = 100_000

/**
 * The first `most` characters of a text in pieces that a browser lays out at once, and how many characters
 * are left. Pieces end where lines do, as far as lines are short enough.
 */
export function textPieces(text: string, most: number): { pieces: string[]; left: number } {
  const pieces: string[] = []
  let from = 0
  while (from < text.length && from < most) {
    const piece = nextPiece(text, from, Math.min(LONGEST_PIECE, most - from))
    pieces.push(piece.text)
    from = piece.next
  }
  return { pieces, left: Math.max(0, text.length - from) }
}

function nextPiece(text: string, from: number, most: number): { text: string; next: number } {
  if (text.length - from <= most) return { text: text.slice(from), next: text.length }
  const newline = text.lastIndexOf('\n', from + most)
  // A piece is a block of its own, so the break at its end is one already.
  if (newline > from + most / 2) return { text: text.slice(from, newline), next: newline + 1 }
  // One more, so a cut which would fall inside the last character is seen.
  const piece = cutText(text.slice(from, from + most + 1), most) || text.slice(from, from + most)
  return { text: piece, next: from + piece.length }
}

/**
 * True for a text that is read as Markdown in a moment, even one written to be slow; any other is drawn as
 * plain text.
 */
export function isLightMarkdown(text: string): boolean {
  if (text.length > LONGEST_MARKDOWN) return false
  let marks = 0
  let lineStart = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === NEWLINE) lineStart = at + 1
    else if (at - lineStart > LONGEST_PIECE) return false
    else if (markCodes.has(character)) {
      marks += 1
      if (marks > MOST_MARKS) return false
    }
  }
  return true
}

const NEWLINE = 10
const markCodes = new Set([...'*_~[]`<>!'].map((mark) => mark.charCodeAt(0)))
