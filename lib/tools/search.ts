import { closeSync, fstatSync, lstatSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { sliceText } from '@/lib/core/base/cut-text'
import { likePath, shownPath } from '@/lib/core/base/path-names'
import { decodeText } from '@/lib/core/base/text-encoding'
import { readGlob } from './glob'
import { endsLinesWithReturns, LINE_SAMPLE_BYTES, withLineFeeds } from './lines'
import { openInside } from './open-inside'
import {
  type FilePieces,
  LARGEST_SEARCHED_BYTES,
  type SearchFindings,
  type SearchRequest,
  type UntrustedAnswer,
} from './untrusted-protocol'

const LONGEST_LINE_SHOWN = 400
/** So much of a longer line is shown before the match. */
const BEFORE_MATCH = 120

/**
 * Searches files line by line. Blocks its thread on reading and on the pattern: only for the untrusted
 * worker.
 */
export function search(request: SearchRequest): UntrustedAnswer {
  const pattern = compile(request.pattern, request.caseSensitive)
  if (typeof pattern === 'string') return { kind: 'refused', reason: pattern }
  const glob = request.glob === null ? null : readGlob(likePath(request.glob))
  if (glob?.ok === false) return { kind: 'refused', reason: glob.reason }
  const findings: SearchFindings = {
    lines: [],
    results: 0,
    matches: 0,
    filesSearched: 0,
    skippedBinary: 0,
    skippedLarge: 0,
    inexact: [],
    unreadable: [],
    isCut: false,
  }
  const found = new Results(request, findings)
  const reader = request.pieces === null ? filesBelow(request.root) : piecesOf(request.pieces)
  try {
    for (const { path, at } of wantedFiles(request, glob?.matches ?? null)) {
      const text = textOf(reader.read(path, at), path, findings)
      if (text === null) continue
      findings.filesSearched += 1
      if (!found.inText(text, shownPath(path), pattern)) break
    }
  } finally {
    reader.close()
  }
  return { kind: 'search', findings }
}

/** The pattern, or a sentence on what is wrong with it. An inline `(?i)` of other dialects is understood. */
function compile(pattern: string, isCaseSensitive: boolean): RegExp | string {
  const isInline = pattern.startsWith('(?i)')
  const source = isInline ? pattern.slice(4) : pattern
  const flags = isCaseSensitive && !isInline ? '' : 'i'
  try {
    return new RegExp(source, `${flags}u`)
  } catch {
    // Many patterns escape more than Unicode mode permits, such as `\-`.
  }
  try {
    return new RegExp(source, flags)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read'
    return `pattern is not a JavaScript regular expression: ${why}. Escape characters that are meant literally.`
  }
}

function* wantedFiles(
  { files, under }: SearchRequest,
  matches: ((path: string) => boolean) | null,
): Generator<{ path: string; at: number }> {
  const folder = under === '' ? '' : `${under}/`
  for (const [at, path] of (files === '' ? [] : files.split('\0')).entries()) {
    if (under !== '' && path !== under && !path.startsWith(folder)) continue
    if (matches === null || matches(likePath(path)) || matches(likePath(path.slice(folder.length))))
      yield { path, at }
  }
}

/** What reading a file came to: its bytes, or why there are none; null of a link. */
type Read = Buffer | 'too large' | 'unreadable' | null

type Reader = { read(path: string, at: number): Read; close(): void }

/** Files that are read where they lie. Never follows a link. */
function filesBelow(root: string): Reader {
  const read = (path: string): Read => {
    const absolute = join(root, path)
    const file = openInside(absolute)
    if (file === null) return isLink(absolute) ? null : 'unreadable'
    try {
      return bytesAt(file, 0, fstatSync(file).size)
    } catch {
      return 'unreadable'
    } finally {
      closeSync(file)
    }
  }
  return { read, close: () => {} }
}

/** Files that are pieces of one, which is opened once. */
function piecesOf({ file, places }: FilePieces): Reader {
  const opened = openInside(file)
  const read = (_path: string, at: number): Read => {
    const [from, size] = [places[2 * at], places[2 * at + 1]]
    if (from === undefined || size === undefined) return 'unreadable'
    if (size > LARGEST_SEARCHED_BYTES) return 'too large'
    if (opened === null) return 'unreadable'
    try {
      const bytes = bytesAt(opened, from, size)
      // A piece is as long as it was written, or it is not what was asked for.
      return typeof bytes !== 'string' && bytes.length < size ? 'unreadable' : bytes
    } catch {
      return 'unreadable'
    }
  }
  return { read, close: () => opened !== null && closeSync(opened) }
}

/** Bytes of an open file; fewer where it ends before. */
function bytesAt(file: number, from: number, size: number): Buffer | 'too large' {
  if (size > LARGEST_SEARCHED_BYTES) return 'too large'
  const buffer = Buffer.alloc(size)
  return buffer.subarray(0, readSync(file, buffer, 0, size, from))
}

/** The text of what was read; null, and counted, where there is none. */
function textOf(bytes: Read, path: string, findings: SearchFindings): string | null {
  if (bytes === null) return null
  if (bytes === 'too large') {
    findings.skippedLarge += 1
    return null
  }
  if (bytes === 'unreadable') {
    findings.unreadable.push(shownPath(path))
    return null
  }
  const decoded = decodeText(bytes)
  if (decoded === null) {
    findings.skippedBinary += 1
    return null
  }
  if (!decoded.isExact) findings.inexact.push(shownPath(path))
  return endsLinesWithReturns(sampleOf(decoded.text, bytes)) ? withLineFeeds(decoded.text) : decoded.text
}

/** What a link leads to is searched under its own name. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

/** The part of a text from which its line ends are detected. */
function sampleOf(text: string, bytes: Buffer): string {
  return bytes.length <= LINE_SAMPLE_BYTES
    ? text
    : (decodeText(bytes.subarray(0, LINE_SAMPLE_BYTES))?.text ?? '')
}

type Line = { number: number; text: string }

/** The results so far, told as was asked: lines with what is around them, files, or counts. */
class Results {
  /** Results at the beginning that are still to be left out. */
  #skip: number

  constructor(
    private readonly request: SearchRequest,
    private readonly findings: SearchFindings,
  ) {
    this.#skip = request.skip
  }

  /** Adds what one file holds; false when enough was found. */
  inText(text: string, path: string, pattern: RegExp): boolean {
    const { output } = this.request
    if (output === 'lines') return this.#lines(text, path, pattern)
    let matches = 0
    for (const { text: line } of linesOf(text)) {
      if (!pattern.test(line)) continue
      matches += 1
      if (output === 'files') break
    }
    if (matches === 0) return true
    if (!this.#takes()) return !this.findings.isCut
    if (output === 'counts') this.findings.matches += matches
    this.findings.lines.push(output === 'counts' ? `${path}: ${matches}` : path)
    return true
  }

  /** Whether one more result is wanted; the first that is not ends the search. */
  #takes(): boolean {
    if (this.#skip > 0) {
      this.#skip -= 1
      return false
    }
    if (this.findings.results >= this.request.maxResults) {
      this.findings.isCut = true
      return false
    }
    this.findings.results += 1
    return true
  }

  #lines(text: string, path: string, pattern: RegExp): boolean {
    const { before, after } = this.request
    const { lines } = this.findings
    /** The last lines that were not given, kept because they may precede the next match. */
    let held: Line[] = []
    let due = 0
    let last = 0
    const around = (line: Line) => {
      lines.push(`${path}-${line.number}- ${shown(line.text, 0)}`)
      last = line.number
    }
    for (const line of linesOf(text)) {
      const match = pattern.exec(line.text)
      if (match !== null && this.#takes()) {
        const [first = line] = held
        if (before + after > 0 && last > 0 && first.number > last + 1) lines.push('--')
        for (const one of held) around(one)
        held = []
        lines.push(`${path}:${line.number}: ${shown(line.text, match.index)}`)
        last = line.number
        due = after
        continue
      }
      if (this.findings.isCut) return false
      if (due > 0) {
        around(line)
        due -= 1
      } else if (before > 0) {
        held.push(line)
        if (held.length > before) held.shift()
      }
    }
    return true
  }
}

/** The lines of a text without their ends, numbered from 1. */
function* linesOf(text: string): Generator<Line> {
  let from = 0
  for (let number = 1; from < text.length; number++) {
    const end = text.indexOf('\n', from)
    const to = end === -1 ? text.length : end
    yield { number, text: text.slice(from, text[to - 1] === '\r' && to > from ? to - 1 : to) }
    from = to + 1
  }
}

/** A line, or for a long one the part around the match, and where that is. */
function shown(line: string, matchAt: number): string {
  if (line.length <= LONGEST_LINE_SHOWN) return line
  const from = Math.max(0, Math.min(matchAt - BEFORE_MATCH, line.length - LONGEST_LINE_SHOWN))
  const part = sliceText(line, from, from + LONGEST_LINE_SHOWN)
  const to = Math.min(line.length, from + LONGEST_LINE_SHOWN)
  return `${from === 0 ? '' : '…'}${part}${to === line.length ? '' : '…'} (characters ${from + 1} to ${to} of ${line.length})`
}
