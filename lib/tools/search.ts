import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { cutText } from '@/lib/core/cut-text'
import type { ForeignAnswer, SearchFindings, SearchRequest } from './foreign-protocol'
import { readGlob } from './glob'

/** Larger files are not searched line by line. */
export const LARGEST_SEARCHED_BYTES = 5_000_000
const LONGEST_LINE_SHOWN = 400

/** Searches files line by line. Blocks its thread on reading and on the pattern: only for the foreign worker. */
export function search(request: SearchRequest): ForeignAnswer {
  const pattern = compile(request.pattern, request.caseSensitive)
  if (typeof pattern === 'string') return { kind: 'refused', reason: pattern }
  const glob = request.glob === null ? null : readGlob(request.glob)
  if (glob?.ok === false) return { kind: 'refused', reason: glob.reason }
  const findings: SearchFindings = { lines: [], filesSearched: 0, skippedBinary: 0, skippedLarge: 0, isCut: false }
  for (const path of wantedFiles(request, glob?.matches ?? null)) {
    const text = readText(join(request.root, path), findings)
    if (text === null) continue
    findings.filesSearched += 1
    if (!searchText(text, path, pattern, request.maxResults, findings)) break
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

function* wantedFiles({ files, under }: SearchRequest, matches: ((path: string) => boolean) | null): Generator<string> {
  const folder = under === '' ? '' : `${under}/`
  for (const path of files === '' ? [] : files.split('\0')) {
    if (under !== '' && path !== under && !path.startsWith(folder)) continue
    if (matches === null || matches(path) || matches(path.slice(folder.length))) yield path
  }
}

/** The text of a plain file; null, and counted, when it is too large or binary. Never follows a link. */
function readText(path: string, findings: SearchFindings): string | null {
  let file: number
  try {
    // Without O_NONBLOCK a pipe that lies there would be waited for forever.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return null
  }
  try {
    const info = fstatSync(file)
    if (!info.isFile()) return null
    if (info.size > LARGEST_SEARCHED_BYTES) {
      findings.skippedLarge += 1
      return null
    }
    const bytes = Buffer.alloc(info.size)
    const length = readSync(file, bytes, 0, info.size, 0)
    if (bytes.subarray(0, 8000).includes(0)) {
      findings.skippedBinary += 1
      return null
    }
    return bytes.toString('utf8', 0, length)
  } catch {
    return null
  } finally {
    closeSync(file)
  }
}

/** False when enough was found. */
function searchText(text: string, path: string, pattern: RegExp, most: number, findings: SearchFindings): boolean {
  let from = 0
  for (let line = 1; from < text.length; line++) {
    const end = text.indexOf('\n', from)
    const to = end === -1 ? text.length : end
    const content = text.slice(from, text[to - 1] === '\r' && to > from ? to - 1 : to)
    from = to + 1
    if (!pattern.test(content)) continue
    if (findings.lines.length >= most) {
      findings.isCut = true
      return false
    }
    findings.lines.push(`${path}:${line}: ${shown(content)}`)
  }
  return true
}

function shown(line: string): string {
  return line.length <= LONGEST_LINE_SHOWN ? line : `${cutText(line, LONGEST_LINE_SHOWN)}… (${line.length} characters)`
}
