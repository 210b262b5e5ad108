import { cutText } from '@/lib/core/base/cut-text'
import { type Json, type JsonObject, parseJson } from '@/lib/core/base/json'
import { isObject } from '../wire/json'
import { CHECKS } from './checks'
import type { Finding } from './finding'
import { findMentions, looksLikeFile, tidyPath } from './paths'
import { roleOf, severityOf, verdictOf } from './words'

/** JSON values written in a text, fenced or not. */
export function findJson(text: string): Json[] {
  const found: Json[] = []
  let at = 0
  // Text full of brackets that never close would else be read once for each of them.
  let budget = 200_000 + text.length * 20
  while (at < text.length && budget > 0) {
    const offset = text.slice(at).search(/\{\s*["}]|\[\s*["{[\]\d\-tfn]/)
    if (offset === -1) break
    const start = at + offset
    const { end, isClosed } = closingOf(text, start)
    budget -= end - start
    const value = isClosed ? parseJson(text.slice(start, end + 1)) : undefined
    if (value === undefined) {
      at = start + 1
    } else {
      found.push(value)
      at = end + 1
    }
  }
  return found
}

/** Claims the text makes about places in files: objects with a path, and `path:line` in running text. */
export function findClaims(text: string): Finding[] {
  const values = findJson(text)
  const claims = values.flatMap((value) => claimsIn(value, null))
  if (claims.length > 0) return claims
  const located = findMentions(text).filter((mention) => mention.line !== null && looksLikeFile(mention.path))
  if (located.length > 0) {
    return located.map((mention) =>
      claimOf(mention.path, mention.line ?? 1, lineAround(text, mention.path), text),
    )
  }
  return labelledClaim(text)
}

/** The checks a claim's words speak of, most serious first. */
export function checksFor(words: string): string[] {
  const named = CHECKS.find((check) => check.id === words)
  return named === undefined
    ? CHECKS.filter((check) => check.claim.test(words)).map((check) => check.id)
    : [named.id]
}

/** `Datei: a.ts` and `Zeile: 12` on lines of their own, in any language of the table. */
function labelledClaim(text: string): Finding[] {
  let path: string | null = null
  let line: number | null = null
  for (const match of text.matchAll(/([\p{L} _-]{2,30})[:：]\s*[`"'「]?([^\s`"'」,;]+)/gu)) {
    const role = roleOf(match[1] ?? '')
    const value = match[2] ?? ''
    if (role === 'path' && looksLikeFile(value)) path = tidyPath(value)
    if (role === 'line' && /^\d+/.test(value)) line = Number.parseInt(value, 10)
  }
  if (line === null)
    line = Number(
      /(?:\b(?:line|zeile|línea|linea|ligne)\s+|第?\s*)(\d+)(?:\s*行)?/iu.exec(text)?.[1] ?? Number.NaN,
    )
  path ??= findMentions(text).find((mention) => looksLikeFile(mention.path))?.path ?? null
  const saysLine = /\b(?:line|zeile|línea|linea|ligne)\s*:?\s*\d|\d\s*行目?|行[:：]\s*\d/iu.test(text)
  return path === null || !Number.isFinite(line) || !saysLine ? [] : [claimOf(path, line, text, text)]
}

function claimOf(path: string, line: number, near: string, whole: string): Finding {
  const meant = [near, whole].map(checksFor).find((checks) => checks.length > 0) ?? []
  const quoted = /`([^`\n]{6,})`/.exec(near)?.[1] ?? ''
  return {
    path,
    line,
    endLine: line,
    title: cutText(near.replace(/\s+/g, ' ').trim(), 120),
    explanation: cutText(near.replace(/\s+/g, ' ').trim(), 300),
    evidence: looksLikeFile(quoted.replace(/:\d+$/, '')) ? '' : quoted,
    suggestion: '',
    category: '',
    check: meant[0] ?? null,
    meant,
    severity: 2,
    holds: null,
    reason: '',
  }
}

function lineAround(text: string, path: string): string {
  return text.split('\n').find((line) => line.includes(path)) ?? cutText(text, 300)
}

function claimsIn(value: Json, inherited: string | null): Finding[] {
  if (Array.isArray(value)) return value.flatMap((entry) => claimsIn(entry, inherited))
  if (!isObject(value)) return []
  const own = readClaim(value, inherited)
  const path = own?.path ?? pathIn(value) ?? inherited
  if (own !== null) return [own]
  return Object.values(value).flatMap((entry) => (entry === undefined ? [] : claimsIn(entry, path)))
}

function pathIn(value: JsonObject): string | null {
  for (const [key, entry] of Object.entries(value)) {
    const role = roleOf(key)
    if (typeof entry === 'string' && (role === 'path' || looksLikeFile(entry))) return tidyPath(entry)
  }
  return null
}

function readClaim(value: JsonObject, inherited: string | null): Finding | null {
  let path: string | null = null
  let line: number | null = null
  const claim = claimOf('', 1, '', '')
  const words: string[] = []
  for (const [key, entry] of Object.entries(value)) {
    const role = roleOf(key)
    if (
      typeof entry === 'number' &&
      (role === 'line' || (role === null && Number.isInteger(entry) && line === null))
    )
      line = entry
    else if (typeof entry === 'number' && role === 'endLine') claim.endLine = entry
    else if (typeof entry === 'boolean' && role === 'verdict') claim.holds = entry
    if (typeof entry !== 'string') continue
    const located = /^(\S+?\.\w+):(\d+)/.exec(entry)
    const isPlace = role === 'path' || role === 'location' || role === 'folder' || role === null
    if (located !== null && looksLikeFile(located[1] ?? '') && isPlace) {
      path = tidyPath(located[1] ?? '')
      line ??= Number(located[2])
    } else if (path === null && isPlace && looksLikeFile(entry) && !/\s/.test(entry)) path = tidyPath(entry)
    else if (role === 'line' && /^\d+/.test(entry)) line = Number.parseInt(entry, 10)
    else if (role === 'severity' && severityOf(entry) !== null) claim.severity = severityOf(entry) ?? 2
    else if (role === 'verdict' && verdictOf(entry) !== undefined) claim.holds = verdictOf(entry) ?? null
    else if (role === 'evidence') claim.evidence = entry
    else if (role === 'title' || role === 'name') claim.title = entry
    else if (role === 'explanation' || role === 'summary') claim.explanation = entry
    else if (role === 'suggestion') claim.suggestion = entry
    else if (role === 'category') claim.category = entry
    if (role !== 'suggestion' && entry !== path) words.push(entry)
  }
  path ??= line === null ? null : inherited
  if (path === null || line === null) return null
  const title =
    claim.title ||
    words.sort((a, b) => a.length - b.length).find((word) => word.includes(' ')) ||
    words[0] ||
    path
  const meant =
    // A title says more than a kind does, which may hold many checks.
    [claim.title, claim.category, words.join(' ')].map(checksFor).find((checks) => checks.length > 0) ?? []
  return {
    ...claim,
    path,
    line,
    endLine: Math.max(line, claim.endLine),
    title,
    explanation: claim.explanation || title,
    check: meant[0] ?? null,
    meant,
  }
}

function closingOf(text: string, start: number): { end: number; isClosed: boolean } {
  let depth = 0
  let isInString = false
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (isInString) {
      if (character === '\\') at += 1
      else if (character === '"') isInString = false
      else if (character === '\n') return { end: at, isClosed: false }
      continue
    }
    if (character === '"') isInString = true
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') {
      depth -= 1
      if (depth === 0) return { end: at, isClosed: true }
    }
  }
  return { end: text.length, isClosed: false }
}
