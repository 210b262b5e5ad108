import { pick, type Random } from '../../random'
import { matches } from './valid'

/** A value of each format that names nothing real. */
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  duration: 'PT1H',
  email: 'nobody@example.com',
  'idn-email': 'nobody@example.com',
  hostname: 'example.com',
  'idn-hostname': 'example.com',
  ipv4: '127.0.0.1',
  ipv6: '::1',
  uri: 'https://example.com/',
  'uri-reference': '/',
  'uri-template': '/{name}',
  iri: 'https://example.com/',
  'iri-reference': '/',
  uuid: '00000000-0000-4000-8000-000000000001',
  'json-pointer': '/a',
  'relative-json-pointer': '0',
  regex: '.*',
  byte: 'YQ==',
  'iso-time': '00:00:00Z',
  'iso-date-time': '2026-01-01T00:00:00Z',
}

/** The value of a format, or undefined for a format that binds nothing. */
export function formatValue(format: string): string | undefined {
  return FORMATS[format]
}

/**
 * A string that matches a pattern, or null when this small generator cannot make one. The first is the
 * plainest.
 */
export function stringFor(
  pattern: string,
  random: Random,
  minLength: number,
  maxLength: number,
  isVaried: boolean,
): string | null {
  for (let attempt = isVaried ? 1 : 0; attempt < 40; attempt += 1) {
    const extra = attempt === 0 ? 0 : Math.ceil(random() * Math.max(3, attempt))
    const made = generate(pattern, random, extra)
    if (made === null) return null
    const padded = made.length < minLength ? padTo(made, pattern, minLength) : made
    const length = [...padded].length
    if (length >= minLength && length <= maxLength && matches(pattern, padded)) return padded
  }
  return null
}

function padTo(text: string, pattern: string, length: number): string {
  const candidates = [
    text.padEnd(length, text.at(-1) ?? 'a'),
    text.padStart(length, text[0] ?? 'a'),
    text.padEnd(length, 'a'),
  ]
  return candidates.find((candidate) => matches(pattern, candidate)) ?? text
}

interface Reader {
  pattern: string
  at: number
  random: Random
  extra: number
}

function generate(pattern: string, random: Random, extra: number): string | null {
  const reader: Reader = { pattern, at: 0, random, extra }
  const text = readChoice(reader)
  return reader.at < pattern.length ? null : text
}

function readChoice(reader: Reader): string {
  const options = [readSequence(reader)]
  while (reader.pattern[reader.at] === '|') {
    reader.at += 1
    options.push(readSequence(reader))
  }
  return (reader.extra === 0 ? options[0] : pick(reader.random, options)) ?? ''
}

function readSequence(reader: Reader): string {
  let text = ''
  while (reader.at < reader.pattern.length && !'|)'.includes(reader.pattern[reader.at] ?? '')) {
    const start = reader.at
    let part = readAtom(reader)
    const bodyEnd = reader.at
    const { least, most } = readQuantifier(reader)
    const wanted = Math.min(most, least + (most > least ? Math.min(reader.extra, 12) : 0))
    if (wanted === 0) continue
    const resume = reader.at
    text += part
    for (let count = 1; count < wanted; count += 1) {
      reader.at = start
      part = readAtom(reader)
      reader.at = bodyEnd
      text += part
    }
    reader.at = resume
  }
  return text
}

function readAtom(reader: Reader): string {
  const character = reader.pattern[reader.at] ?? ''
  reader.at += 1
  if (character === '^' || character === '$') return ''
  if (character === '.') return reader.extra === 0 ? 'a' : (pick(reader.random, [...'aab1A-']) ?? 'a')
  if (character === '[') return readClass(reader)
  if (character === '\\') return readEscape(reader)
  if (character !== '(') return character
  const opening = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(reader.pattern.slice(reader.at))?.[0] ?? ''
  reader.at += opening.length
  const inner = readChoice(reader)
  reader.at += 1
  // What a look-around demands is left to luck and checked at the end.
  return /^\?<?[=!]/.test(opening) ? '' : inner
}

function readQuantifier(reader: Reader): { least: number; most: number } {
  const rest = reader.pattern.slice(reader.at)
  const written = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(rest)
  if (written === null) return { least: 1, most: 1 }
  reader.at += written[0].length
  if (written[0].startsWith('*')) return { least: 0, most: 50 }
  if (written[0].startsWith('+')) return { least: 1, most: 50 }
  if (written[0].startsWith('?')) return { least: 0, most: 1 }
  const least = Number(written[1])
  const mostIfOpen = written[3] ? Number(written[3]) : least + 50
  const most = written[2] === undefined ? least : mostIfOpen
  return { least, most }
}

function readEscape(reader: Reader): string {
  const character = reader.pattern[reader.at] ?? ''
  reader.at += 1
  if (character === 'u' || character === 'x') {
    const digits = /^(?:\{([\da-f]+)\}|([\da-f]{4})|([\da-f]{2}))/i.exec(reader.pattern.slice(reader.at))
    if (digits === null) return character
    reader.at += digits[0].length
    return String.fromCodePoint(Number.parseInt(digits[1] ?? digits[2] ?? digits[3] ?? '61', 16))
  }
  if (character === 'p' || character === 'P') {
    const property = /^\{([^}]*)\}/.exec(reader.pattern.slice(reader.at))
    reader.at += property?.[0].length ?? 0
    if (/^(?:Nd|N|Number)/.test(property?.[1] ?? '')) return '1'
    return /Lu|Upper/.test(property?.[1] ?? '') ? 'A' : 'a'
  }
  const known: Record<string, string> = {
    d: '1',
    D: 'a',
    w: 'a',
    W: '-',
    s: ' ',
    S: 'a',
    n: '\n',
    t: '\t',
    r: '\r',
    b: '',
    B: '',
  }
  return known[character] ?? character
}

function readClass(reader: Reader): string {
  const end = closingBracket(reader.pattern, reader.at)
  const body = reader.pattern.slice(reader.at, end)
  reader.at = end + 1
  let test: RegExp
  try {
    test = new RegExp(`^[${body}]$`, 'u')
  } catch {
    return 'a'
  }
  const likely = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. /:@#+~!$%&*=?,;']
  const fitting = likely.filter((character) => test.test(character))
  if (fitting.length > 0) return (reader.extra === 0 ? fitting[0] : pick(reader.random, fitting)) ?? 'a'
  for (let code = 1; code < 0x3100; code += 1) {
    const character = String.fromCodePoint(code)
    if (test.test(character)) return character
  }
  return 'a'
}

function closingBracket(pattern: string, from: number): number {
  for (let at = from; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1
    else if (pattern[at] === ']' && at > from) return at
  }
  return pattern.length
}
