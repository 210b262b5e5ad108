import { invalid } from './errors'

/**
 * Refuses a body whose text holds half of a surrogate pair, escaped or not: the API's reader of JSON wants
 * text that is well-formed.
 */
export function checkBodyText(text: string): void {
  const at = loneEscapeAt(text)
  if (at === -1) return
  throw invalid(
    `The request body is not valid JSON: ${isHighEscape(text, at) ? 'no low surrogate in string' : 'unexpected end of hex escape'}: line 1 column ${at + 1} (char ${at})`,
  )
}

/** Where an escape of one half stands without its other half; -1 where none does. Linear in the text. */
function loneEscapeAt(text: string): number {
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at)) {
    if (text[at + 1] !== 'u') {
      at += 2
    } else if (isHighEscape(text, at)) {
      if (!isLowEscape(text, at + 6)) return at
      at += 12
    } else if (isLowEscape(text, at)) {
      return at
    } else {
      at += 6
    }
  }
  return -1
}

function isHighEscape(text: string, at: number): boolean {
  return /^\\u[dD][89abAB][0-9a-fA-F]{2}$/.test(text.slice(at, at + 6))
}

function isLowEscape(text: string, at: number): boolean {
  return /^\\u[dD][c-fC-F][0-9a-fA-F]{2}$/.test(text.slice(at, at + 6))
}
