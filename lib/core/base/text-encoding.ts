/** How the bytes of a file are read as text. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** Bytes at the start of a file from which its encoding is detected. */
export const SAMPLE_BYTES = 8192

/**
 * The encoding a file's first bytes suggest: by a byte order mark, or without one, by which kind of UTF-16
 * gives words where there are zero bytes. Null for what is not text.
 */
export function encodingOf(start: Uint8Array): Encoding | null {
  const sample = start.subarray(0, SAMPLE_BYTES)
  const [first, second, third, fourth] = sample
  if (first === 0xff && second === 0xfe)
    return third === 0 && fourth === 0 && sample.length >= 4 ? null : 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return sample.includes(0) ? unmarkedUtf16(sample) : 'utf-8'
}

/** Text of bytes, without a byte order mark. `isExact` is false where invalid bytes became U+FFFD. */
export function decodeText(bytes: Uint8Array): { text: string; isExact: boolean } | null {
  const encoding = encodingOf(bytes)
  if (encoding === null) return null
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), isExact: true }
  } catch {
    return { text: new TextDecoder(encoding).decode(bytes), isExact: false }
  }
}

/** Reads text that comes in pieces, and knows whether all of it was text. */
export class TextReader {
  readonly #lenient: TextDecoder
  #strict: TextDecoder | null

  constructor(encoding: Encoding) {
    this.#lenient = new TextDecoder(encoding)
    this.#strict = new TextDecoder(encoding, { fatal: true })
  }

  get isExact(): boolean {
    return this.#strict !== null
  }

  read(bytes: Uint8Array): string {
    this.#check((strict) => strict.decode(bytes, { stream: true }))
    return this.#lenient.decode(bytes, { stream: true })
  }

  end(): string {
    this.#check((strict) => strict.decode())
    return this.#lenient.decode()
  }

  #check(decode: (strict: TextDecoder) => void): void {
    if (this.#strict === null) return
    try {
      decode(this.#strict)
    } catch {
      this.#strict = null
    }
  }
}

/** What no text holds beside its control characters: halves of pairs, what is not assigned or private. */
const unassigned = /[\p{Cn}\p{Co}\p{Cs}\ufffd]/u

/** Tab, line feed, form feed, carriage return, and what begins a colour in a log. */
const usualControls = new Set(['\t', '\n', '\f', '\r', '\u001b'])

function isText(text: string): boolean {
  return (
    !unassigned.test(text) && (text.match(/\p{Cc}/gu) ?? []).every((control) => usualControls.has(control))
  )
}

function unmarkedUtf16(sample: Uint8Array): Encoding | null {
  const whole = sample.subarray(0, sample.length - (sample.length % 2))
  const zerosAt = (parity: number) => whole.filter((byte, index) => byte === 0 && index % 2 === parity).length
  const [even, odd] = [zerosAt(0), zerosAt(1)]
  // Every text has some ASCII, if only a space or a line end: a zero in the upper half of a pair.
  const encoding = odd >= even ? 'utf-16le' : 'utf-16be'
  const text = new TextDecoder(encoding).decode(whole)
  // A pair that the sample cuts in two is no fault of the file.
  const isCut = sample.length === SAMPLE_BYTES
  return Math.max(even, odd) > 0 && isText(isCut ? text.replace(/\ufffd$/, '') : text) ? encoding : null
}
