import { cutJsonLine } from '@/lib/core/base/cut-json'
import { isJsonObject, type Json, parseJson } from '@/lib/core/base/json'
import { plural } from './numbers'

/** Characters that are looked at: a line shows far fewer. */
const LOOKED_AT = 2_000

/**
 * A text that agents wrote as one plain line: without the marks of Markdown, and JSON as what it holds
 * (`0 findings`). For places with room for a line; what is exact stands where the text is shown whole.
 */
export function plainLine(text: string): string {
  const json = jsonWords(text.trim())
  if (json !== null) return json
  return text
    .slice(0, LOOKED_AT)
    .replace(/```\w*/g, ' ')
    .replace(/^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+\.\s+)/gm, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__)(.+?)\1/g, '$2')
    .replace(/(?<![\w*])\*([^\s*](?:[^*]*[^\s*])?)\*(?![\w*])/g, '$1')
    .replace(/`([^`]+)`/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
}

/** What JSON holds, in a few words; what was cut off as far as it goes. Null for what is none. */
function jsonWords(text: string): string | null {
  if (!/^[{[]/.test(text)) return null
  const value = parseJson(text)
  if (value === undefined) return cutJsonLine(text.slice(0, LOOKED_AT))
  if (Array.isArray(value)) return plural(value.length, 'item')
  if (!isJsonObject(value)) return null
  return Object.entries(value)
    .map(([name, part]) => partWords(name, part))
    .join(', ')
}

function partWords(name: string, part: Json): string {
  if (Array.isArray(part)) return `${part.length} ${name}`
  return typeof part === 'object' && part !== null ? name : `${name}: ${String(part)}`
}
