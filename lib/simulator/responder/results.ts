import { type Json, parseJson } from '@/lib/core/base/json'
import { isObject, stringOf } from '../wire/json'
import { tidyPath } from './paths'

/** A line of a file as some tool showed it. */
export interface SeenLine {
  path: string
  line: number
  text: string
}

/** A line of a listing: `bytes` is null where it tells no size. */
type Listed = { path: string; isFolder: boolean; bytes: number | null }

/**
 * Reads a listing: one path a line, folders ending in `/`, or a JSON array of such. What follows a tab tells of
 * the path: its size, as in `1.2 kB`.
 */
export function parseListing(text: string, base: string): Listed[] {
  const parsed = parseJson(text)
  const lines = Array.isArray(parsed) ? parsed.map(pathIn) : text.split('\n')
  const entries = lines.flatMap((line) => {
    const [path = '', told = ''] = line.replace(/^\s*(?:[-*•]|[├└│─\s]+)\s*/u, '').split('\t')
    const written = path.trim()
    if (
      written === '' ||
      !/^[^\s:*?"<>|]+(?: [^\s:*?"<>|]+)?\/?$/.test(written) ||
      !/[./\p{L}\p{N}]/u.test(written)
    )
      return []
    return [{ path: tidyPath(written), isFolder: written.endsWith('/'), bytes: bytesIn(told) }]
  })
  // Some tools list relative to the folder asked for; here every path counts from the root.
  const isFromRoot =
    base === '.' ||
    entries.length === 0 ||
    entries.some((entry) => entry.path === base || entry.path.startsWith(`${base}/`))
  return isFromRoot ? entries : entries.map((entry) => ({ ...entry, path: `${base}/${entry.path}` }))
}

function bytesIn(told: string): number | null {
  const [, amount, unit] = /([\d.]+) (bytes?|kB|MB|GB)$/.exec(told.trim()) ?? []
  if (amount === undefined || unit === undefined) return null
  return Number(amount) * (unit.startsWith('byte') ? 1 : ({ kB: 1e3, MB: 1e6, GB: 1e9 }[unit] ?? 1))
}

/** Reads search output: `path:line: text`. */
export function parseHits(text: string): SeenLine[] {
  return text.split('\n').flatMap((written) => {
    const match = /^(\S[^:]*):(\d+):(?:\d+:)?\s?(.*)$/.exec(written.trim())
    if (match === null) return []
    return [{ path: tidyPath(match[1] ?? ''), line: Number(match[2]), text: match[3] ?? '' }]
  })
}

/**
 * Reads a file's lines: `  12⇥text`, also `12→text`, `12: text`, `12 | text`; unnumbered text counts from the start
 * asked for.
 */
export function parseFile(text: string, firstLine: number): Map<number, string> {
  const lines = new Map<number, string>()
  const written = text.replace(/\n$/, '').split('\n')
  const numbered = written.map((line) => /^\s*(\d+)(?:\t|→|:\s?| ?\| ?)(.*)$/.exec(line))
  const isNumbered =
    numbered.filter(Boolean).length >= written.filter((line) => line.trim() !== '').length * 0.6
  written.forEach((line, index) => {
    const match = numbered[index]
    if (!isNumbered) lines.set(firstLine + index, line)
    else if (match) lines.set(Number(match[1]), match[2] ?? '')
  })
  return lines
}

function pathIn(value: Json): string {
  if (typeof value === 'string') return value
  if (!isObject(value)) return ''
  return stringOf(value.path) || stringOf(value.file) || stringOf(value.name)
}
