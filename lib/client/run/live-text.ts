import type { PulseFrame } from '@/lib/api/stream'

export type TextPiece = PulseFrame['text'][number]

/** What an agent has said so far in a turn that is not committed. */
export type LiveText = { turn: number; text: string; thinking: string }

/**
 * Text after one more piece. Pieces carry their offset, so a repeated one overwrites and cannot double. Null
 * when a piece in between is missing: then the text must be asked for again, from offset 0.
 */
export function addPiece(before: LiveText | undefined, piece: TextPiece): LiveText | null {
  const base = before?.turn === piece.turn ? before : { turn: piece.turn, text: '', thinking: '' }
  const key = piece.thinking ? 'thinking' : 'text'
  const held = base[key]
  if (piece.from > held.length) return null
  return { ...base, [key]: held.slice(0, piece.from) + piece.text }
}
