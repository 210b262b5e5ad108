/** Characters that would break a listing in lines, or show a name as another one. */
const unshowable = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu

/** A path as it is written in a line of text: a line break in a name is written `\n`. */
export function shownPath(path: string): string {
  return path.replace(unshowable, escaped)
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(character: string): string {
  return short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/**
 * A key under which paths that look the same are equal: composed and decomposed letters, spaces of any width,
 * characters escaped for display.
 */
export function likePath(path: string): string {
  return shownPath(path)
    .normalize('NFC')
    .replace(/\p{Zs}/gu, ' ')
}
