import { parseUrl } from '@/lib/core/wire/parse-url'
/** A part of a note: words, or an address that may be followed. */
export type NotePart = { kind: 'words'; text: string } | { kind: 'link'; text: string; href: string }

const address = /https?:\/\/[^\s<>"]+/gi
/** What ends a sentence or a bracket around an address is none of it. */
const behind = /[.,;:!?'`\]}]+$/

/** A note's text with its web addresses apart. Put together again the texts of the parts are the text. */
export function noteParts(text: string): NotePart[] {
  const parts: NotePart[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(address)) {
    const named = withoutEnd(found)
    if (!isSafe(named)) continue
    if (index > from) parts.push({ kind: 'words', text: text.slice(from, index) })
    parts.push({ kind: 'link', text: named, href: named })
    from = index + named.length
  }
  if (from < text.length) parts.push({ kind: 'words', text: text.slice(from) })
  return parts
}

function withoutEnd(found: string): string {
  const named = found.replace(behind, '')
  const closes = named.endsWith(')') && named.split('(').length < named.split(')').length
  return closes ? withoutEnd(named.slice(0, -1)) : named
}

/** An address that says a name before its host (`https://bank.example@evil.example`) is read as another host. */
function isSafe(named: string): boolean {
  const url = parseUrl(named)
  if (url === null) return false
  const { protocol, username, password, hostname } = url
  const isWeb = protocol === 'http:' || protocol === 'https:'
  return isWeb && username === '' && password === '' && hostname !== ''
}
