/** How deep a JSON text is nested, and about how many values and names it holds. */
export type JsonExtent = { depth: number; parts: number }

const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_BRACKET = 91
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/**
 * Measures a JSON text in one pass and without making anything of it: a walk through what is nested too
 * deeply runs out of stack, and a megabyte of brackets becomes a hundred megabytes of objects. For text that
 * is not JSON the numbers mean nothing; parsing it says what is wrong.
 */
export function extentOfJson(text: string): JsonExtent {
  let level = 0
  let depth = 0
  let parts = 1
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at + 1)
        break
      case OPEN_BRACKET:
      case OPEN_BRACE:
        level += 1
        parts += 1
        if (level > depth) depth = level
        break
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        level -= 1
        break
      case COMMA:
      case COLON:
        parts += 1
    }
  }
  return { depth, parts }
}

/** The place of the quote that ends a string which has begun before `from`. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at += 1
    else if (code === QUOTE) return at
  }
  return text.length
}
