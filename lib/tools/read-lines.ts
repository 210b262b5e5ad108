import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { cutText } from '@/lib/core/cut-text'

/** Which lines to read (counting from 1, both included) and how many characters of them to keep. */
export type LineRange = { startLine: number; endLine: number; mostCharacters: number }

export type LinesRead =
  | { kind: 'binary' }
  | {
      kind: 'text'
      /** Kept lines, the first of them `startLine`. */
      lines: string[]
      /** Lines counted so far; all of the file when `isAtEnd`. */
      linesSeen: number
      isAtEnd: boolean
      /** True when `mostCharacters` ended the reading, not `endLine`. */
      isFull: boolean
    }

/** A longer line is shown up to here, with its length. */
export const LONGEST_LINE = 2000

/**
 * Reads lines of a text file as a stream, so that a huge file costs no more memory than what is kept. After the last
 * wanted line it goes on counting up to `countBytes` into the file. Line ends are LF or CRLF.
 */
export async function readLines(
  path: string,
  range: LineRange,
  countBytes: number,
  signal: AbortSignal,
): Promise<LinesRead> {
  // The path is a real one; a link that has taken its place since may lead anywhere.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  const stream = file.createReadStream({ highWaterMark: CHUNK_BYTES, signal })
  const collector = new LineCollector(range)
  let decoder: TextDecoder | null = null
  let bytes = 0
  try {
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue
      decoder ??= decoderFor(chunk)
      if (decoder === null) return { kind: 'binary' }
      collector.push(decoder.decode(chunk, { stream: true }))
      bytes += chunk.length
      if (collector.isDone && bytes >= countBytes) return collector.result(false)
    }
  } finally {
    stream.destroy()
  }
  return collector.result(true)
}

const CHUNK_BYTES = 128 * 1024

/** Text has no zero bytes, unless it says that it is UTF-16. */
function decoderFor(start: Buffer): TextDecoder | null {
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder('utf-16le')
  return start.subarray(0, 8000).includes(0) ? null : new TextDecoder()
}

class LineCollector {
  #lines: string[] = []
  #linesSeen = 0
  #characters = 0
  #isFull = false
  /** The line being read: its start, its length so far, its last character. */
  #open = ''
  #openLength = 0
  #last = ''
  #range: LineRange

  constructor(range: LineRange) {
    this.#range = range
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

  result(isAtEnd: boolean): LinesRead {
    // A last line without its line end is a line; nothing after a last line end is none.
    if (isAtEnd && this.#openLength > 0) this.#endLine()
    return { kind: 'text', lines: this.#lines, linesSeen: this.#linesSeen, isAtEnd, isFull: this.#isFull }
  }

  #extend(text: string, from: number, to: number): void {
    if (to === from) return
    if (this.#open.length <= LONGEST_LINE) this.#open += text.slice(from, Math.min(to, from + LONGEST_LINE + 1))
    this.#openLength += to - from
    this.#last = text.charAt(to - 1)
  }

  #endLine(): void {
    this.#linesSeen += 1
    const length = this.#last === '\r' ? this.#openLength - 1 : this.#openLength
    const { startLine, endLine, mostCharacters } = this.#range
    if (this.#linesSeen >= startLine && this.#linesSeen <= endLine && !this.#isFull) {
      const line =
        length > LONGEST_LINE
          ? `${cutText(this.#open, LONGEST_LINE)}… (${length} characters)`
          : this.#open.slice(0, length)
      this.#characters += line.length + NUMBER_CHARACTERS
      if (this.#characters > mostCharacters && this.#lines.length > 0) this.#isFull = true
      else this.#lines.push(line)
    }
    this.#open = ''
    this.#openLength = 0
    this.#last = ''
  }
}

/** What a line number, its tab and the line end add to a line. */
const NUMBER_CHARACTERS = 8
