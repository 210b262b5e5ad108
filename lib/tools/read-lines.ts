import { createReadStream } from 'node:fs'
import { cutText } from '@/lib/core/base/cut-text'
import { encodingOf, TextReader } from '@/lib/core/base/text-encoding'
import { endsLinesWithReturns, LINE_SAMPLE_BYTES, withLineFeeds } from './lines'
import { openInside } from './open-inside'

/** Which lines to read (counting from 1, both included) and how many characters of them to keep. */
export type LineRange = {
  startLine: number
  endLine: number
  mostCharacters: number
  /** Where in the first line to begin, counting from 1; that line alone is then read, as far as fits. */
  startCharacter: number | null
}

export type LinesRead =
  | { kind: 'binary' }
  | { kind: 'gone' }
  | {
      kind: 'text'
      /** Kept lines, the first of them `startLine`. */
      lines: LineRead[]
      /** Lines counted so far; all of the file when `isAtEnd`. */
      linesSeen: number
      isAtEnd: boolean
      /** True when `mostCharacters` ended the reading, not `endLine`. */
      isFull: boolean
      /** False when some bytes were no text in the file's encoding. */
      isExact: boolean
    }

/**
 * A line, or the part of it that was read: how long it is, and after how many of its characters the part
 * ends.
 */
export type LineRead = { text: string; length: number; end: number }

/** A longer line is shown up to here; the rest is read by a place in it. */
export const LONGEST_LINE = 2000

/**
 * Reads lines of a text file as a stream, so that a huge file costs no more memory than what is kept. After
 * the last wanted line it goes on counting up to `countBytes` into the file.
 */
export async function readLines(
  path: string,
  range: LineRange,
  countBytes: number,
  signal: AbortSignal,
): Promise<LinesRead> {
  const file = openInside(path)
  if (file === null) return { kind: 'gone' }
  const stream = createReadStream('', { fd: file, highWaterMark: LINE_SAMPLE_BYTES, signal })
  const collector = new LineCollector(range)
  let reader: TextReader | null = null
  let toLines: ((text: string) => string) | null = null
  let bytes = 0
  try {
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue
      if (reader === null) {
        const encoding = encodingOf(chunk)
        if (encoding === null) return { kind: 'binary' }
        reader = new TextReader(encoding)
      }
      const text = reader.read(chunk)
      toLines ??= endsLinesWithReturns(text) ? returnsAsLineFeeds() : (same) => same
      collector.push(toLines(text))
      bytes += chunk.length
      if (collector.isDone && bytes >= countBytes) return collector.result(false, reader.isExact)
    }
  } finally {
    stream.destroy()
  }
  if (reader !== null) collector.push(reader.end())
  return collector.result(true, reader?.isExact ?? true)
}

/** As `withLineFeeds`, for a text that comes in pieces: one may end between the two characters of a pair. */
function returnsAsLineFeeds(): (text: string) => string {
  let endedWithReturn = false
  return (text) => {
    const rest = endedWithReturn && text.startsWith('\n') ? text.slice(1) : text
    endedWithReturn = text.endsWith('\r')
    return withLineFeeds(rest)
  }
}

class LineCollector {
  #lines: LineRead[] = []
  #linesSeen = 0
  #characters = 0
  #isFull = false
  /** The line being read: what is kept of it, its length so far, its last character. */
  #open = ''
  #openLength = 0
  #last = ''
  #range: LineRange
  /** Of each line, the characters from here are kept, as many as that. */
  #from: number
  #most: number

  constructor(range: LineRange) {
    this.#range = range.startCharacter === null ? range : { ...range, endLine: range.startLine }
    this.#from = (range.startCharacter ?? 1) - 1
    this.#most = range.startCharacter === null ? LONGEST_LINE : range.mostCharacters
  }

  get isDone(): boolean {
    return this.#isFull || this.#linesSeen >= this.#range.endLine
  }

  push(text: string): void {
    let from = 0
    for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
      this.#extend(text, from, to)
      this.#endLine()
      from = to + 1
    }
    this.#extend(text, from, text.length)
  }

  result(isAtEnd: boolean, isExact: boolean): LinesRead {
    // A last line without its line end is a line; nothing after a last line end is none.
    if (isAtEnd && this.#openLength > 0) this.#endLine()
    return {
      kind: 'text',
      lines: this.#lines,
      linesSeen: this.#linesSeen,
      isAtEnd,
      isFull: this.#isFull,
      isExact,
    }
  }

  #extend(text: string, from: number, to: number): void {
    if (to === from) return
    const skip = Math.max(0, this.#from - this.#openLength)
    // One more than is shown: whether a cut would part a character is seen by what comes after it.
    const room = this.#most + 1 - this.#open.length
    if (room > 0 && from + skip < to) this.#open += text.slice(from + skip, Math.min(to, from + skip + room))
    this.#openLength += to - from
    this.#last = text.charAt(to - 1)
  }

  #endLine(): void {
    this.#linesSeen += 1
    const length = this.#last === '\r' ? this.#openLength - 1 : this.#openLength
    const { startLine, endLine, mostCharacters } = this.#range
    if (this.#linesSeen >= startLine && this.#linesSeen <= endLine && !this.#isFull) {
      const kept = cutText(this.#open.slice(0, Math.max(0, length - this.#from)), this.#most)
      this.#characters += kept.length + NUMBER_CHARACTERS
      if (this.#characters > mostCharacters && this.#lines.length > 0) this.#isFull = true
      else
        this.#lines.push({ text: withoutHalf(kept), length, end: Math.min(length, this.#from + kept.length) })
    }
    this.#open = ''
    this.#openLength = 0
    this.#last = ''
  }
}

/** A place in a line may be in the middle of a character. */
function withoutHalf(text: string): string {
  return /^[\udc00-\udfff]/.test(text) ? text.slice(1) : text
}

/** What a line number, its tab and the line end add to a line. */
const NUMBER_CHARACTERS = 8
