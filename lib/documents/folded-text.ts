/**
 * A text in which what typesetting changes is the same, and where each of its units comes from: `from` and
 * `to` in UTF-16 units of the text as it was.
 */
export type FoldedText = { text: string; from: Uint32Array; to: Uint32Array }

/** A hyphen at a line end: of the word, or of the line. Private to this module's texts. */
export const OPEN_HYPHEN = '\ue000'

const replacements: Readonly<Record<string, string>> = {
  // Quotation marks of every language as the two that a keyboard has.
  ...Object.fromEntries([...'‘’‚‛‹›′ʼ`´'].map((mark) => [mark, "'"])),
  ...Object.fromEntries([...'“”„‟«»″'].map((mark) => [mark, '"'])),
  ﬀ: 'ff',
  ﬁ: 'fi',
  ﬂ: 'fl',
  ﬃ: 'ffi',
  ﬄ: 'ffl',
  ﬅ: 'st',
  ﬆ: 'st',
  // Other hyphens of the same kind; dashes are other signs.
  '\u2010': '-',
  '\u2011': '-',
  // Signs that nobody sees: they say where a word may be parted or joined.
  '\u00ad': '',
  '\u200b': '',
  '\u200c': '',
  '\u200d': '',
  '\u2060': '',
  '\ufeff': '',
}

/** A hyphen at a line end between letters; spaces; a letter with marks of its own; or any other character. */
const special = /(?<=\p{L}\u00ad?)[-\u2010\u00ad][^\S\n]*\r?\n\s*(?=\p{L})|\s+|\P{M}\p{M}{1,8}|[\s\S]/uy

/** Below it there are no marks that join the letter before them. */
const FIRST_MARK = 0x300

/** The text as it is compared. Linear; plain letters pass without a pattern, since a book is a million of them. */
export function foldText(text: string): FoldedText {
  const folded = new Units(text.length)
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at)
    if (isPlain(unit, text.charCodeAt(at + 1))) {
      folded.add(unit, at, at + 1)
      at += 1
    } else at += foldAt(text, at, folded)
  }
  return folded.end()
}

/** True for what is the same in both: printable ASCII but a hyphen or a backtick, and a single space. */
function isPlain(unit: number, next: number): boolean {
  if (next >= FIRST_MARK || unit >= 0x7f || unit === 0x2d || unit === 0x60) return false
  return unit > 0x20 || (unit === 0x20 && next > 0x20 && next < 0x7f)
}

/** Folds what begins here, and tells how long it is. */
function foldAt(text: string, at: number, folded: Units): number {
  special.lastIndex = at
  const found = special.exec(text)?.[0] ?? text.charAt(at)
  const piece = foldPiece(found)
  for (let unit = 0; unit < piece.length; unit += 1) folded.add(piece.charCodeAt(unit), at, at + found.length)
  return found.length
}

function foldPiece(found: string): string {
  if (found.length > 1 && /^[-\u2010\u00ad]\s/.test(found)) return OPEN_HYPHEN
  if (/^\s/.test(found)) return ' '
  // A character that means something here, in a document of a stranger.
  if (found === OPEN_HYPHEN) return '\ufffd'
  return replacements[found] ?? (found.length > 1 ? found.normalize('NFC') : found)
}

/** Units of a text with where they come from, in arrays that grow. */
class Units {
  #units: Uint16Array
  #from: Uint32Array
  #to: Uint32Array
  #length = 0

  constructor(room: number) {
    this.#units = new Uint16Array(room)
    this.#from = new Uint32Array(room)
    this.#to = new Uint32Array(room)
  }

  add(unit: number, from: number, to: number): void {
    if (this.#length === this.#units.length) this.#grow()
    this.#units[this.#length] = unit
    this.#from[this.#length] = from
    this.#to[this.#length] = to
    this.#length += 1
  }

  end(): FoldedText {
    const text = new TextDecoder('utf-16le', { ignoreBOM: true })
    const units = this.#units.subarray(0, this.#length)
    return { text: text.decode(units), from: this.#from, to: this.#to }
  }

  #grow(): void {
    const room = this.#length * 2 + 16
    const [units, from, to] = [this.#units, this.#from, this.#to]
    this.#units = new Uint16Array(room)
    this.#from = new Uint32Array(room)
    this.#to = new Uint32Array(room)
    this.#units.set(units)
    this.#from.set(from)
    this.#to.set(to)
  }
}
