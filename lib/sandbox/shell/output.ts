import { closeSync, openSync, writeSync } from 'node:fs'
import { cutText, sliceText } from '@/lib/core/base/cut-text'

/** Characters of a command's output that are shown; half of its beginning and half of its end beyond that. */
export const MOST_SHOWN = 30_000

/** UTF-8 takes at most four bytes a character: what is shown at most is always held whole. */
const HELD_BYTES = 4 * MOST_SHOWN

/** Pieces of at most 64 kB that are collected before all but the end of them is let go. */
const MOST_PIECES = 64

/** What a command printed, as it is told. `file` is null unless something was left out of the text. */
export type Printed = { text: string; bytes: number; keptBytes: number; isCut: boolean; hasFile: boolean }

/** Takes in what a command prints: bounded in memory whatever comes, the rest in a file, and none beyond. */
export type Output = {
  take(piece: Buffer): void
  /** True once nothing more is kept: what comes is only counted. */
  readonly isFull: boolean
  /** Ends it. Told for the agent: `shownFile` is the path by which it finds the file. */
  finish(shownFile: string): Printed
}

/** `file` is made once there is too much to hold. */
export function createOutput(file: string, mostKeptBytes: number): Output {
  const head: Buffer[] = []
  let tail: Buffer[] = []
  let [bytes, keptBytes] = [0, 0]
  let hasSpilled = false
  /** Null before there is a file, and where it could not be made. */
  let descriptor: number | null = null

  function take(piece: Buffer): void {
    const wasHeld = bytes <= HELD_BYTES
    bytes += piece.length
    if (wasHeld && bytes <= HELD_BYTES) head.push(piece)
    else keepBeyond(piece)
  }

  function keepBeyond(piece: Buffer): void {
    if (!hasSpilled) spill()
    tail.push(piece)
    if (tail.length > MOST_PIECES) tail = [endOf(tail)]
    keep(piece)
  }

  function spill(): void {
    hasSpilled = true
    tail = [...head]
    try {
      descriptor = openSync(file, 'w', 0o600)
    } catch {
      // As with a disk that is full: nothing is kept, and the text says so.
      mostKeptBytes = 0
    }
    for (const piece of head) keep(piece)
  }

  function keep(piece: Buffer): void {
    const part = piece.subarray(0, Math.max(0, mostKeptBytes - keptBytes))
    if (descriptor === null || part.length === 0) return
    try {
      keptBytes += writeSync(descriptor, part)
    } catch {
      // The disk is full, or fails: what is kept ends here, and the text says how much that is.
      mostKeptBytes = keptBytes
    }
  }

  function finish(shownFile: string): Printed {
    const whole = Buffer.concat(head)
    if (!hasSpilled) {
      const text = textOf(whole)
      if (text.length <= MOST_SHOWN) return { text, bytes, keptBytes: bytes, isCut: false, hasFile: false }
      spill()
    }
    if (descriptor !== null) closeSync(descriptor)
    const [first, last] = [textOf(whole), textOf(endOf(tail))]
    const half = MOST_SHOWN / 2
    const text = `${cutText(first, half)}\n\n${leftOut(bytes, keptBytes, shownFile)}\n\n${sliceText(last, Math.max(0, last.length - half), last.length)}`
    return { text, bytes, keptBytes, isCut: true, hasFile: true }
  }

  return {
    take,
    get isFull() {
      return hasSpilled && keptBytes >= mostKeptBytes
    },
    finish,
  }
}

function endOf(pieces: readonly Buffer[]): Buffer {
  return Buffer.concat(pieces).subarray(-HELD_BYTES)
}

/** Bytes as text; what is no text, and what strict readers of JSON or XML refuse, becomes U+FFFD. */
function textOf(bytes: Buffer): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return bytes.toString('utf8').replace(/[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]/g, '\ufffd')
}

function leftOut(bytes: number, keptBytes: number, file: string): string {
  const count = (number: number) => number.toLocaleString('en')
  const kept =
    keptBytes === bytes
      ? `All ${count(bytes)} bytes are in ${file}`
      : `The first ${count(keptBytes)} of ${count(bytes)} bytes are in ${file}, the others are lost`
  return `[… the middle is left out. ${kept}; read it in parts.]`
}
