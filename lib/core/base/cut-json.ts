/** A name and its value in JSON that may be cut anywhere: a text, a number or word, or nothing between brackets. */
const PAIR =
  /"((?:[^"\\]|\\.)*)"\s*:\s*(?:"((?:[^"\\]|\\.)*)(?:"|\\?$)|(-?\d[\d.eE+-]*|true|false|null)|(\[\s*\]|\{\s*\}))/g

/** A text by itself, as lists of texts have it. */
const TEXT = /"((?:[^"\\]|\\.)*)(?:"|\\?$)/g

/** Names whose value says what it is without them. */
const plain = new Set([
  'title',
  'name',
  'summary',
  'answer',
  'text',
  'message',
  'claim',
  'description',
  'report',
])

/** Parts of an object that are told; more would not fit a line. */
const MOST_PARTS = 6

/**
 * JSON that was cut anywhere as one line to read: its names and values, or its texts. Null for what is no JSON, or
 * holds neither.
 */
export function cutJsonLine(preview: string): string | null {
  const text = preview.trim()
  if (!/^[[{]/.test(text)) return null
  const parts: string[] = []
  for (const [, name = '', said, word, empty] of text.matchAll(PAIR)) {
    if (parts.length === MOST_PARTS) break
    const part = partOf(unescaped(name), said, word, empty)
    if (part !== null) parts.push(part)
  }
  if (parts.length > 0) return parts.join(' · ')
  if (text.startsWith('{')) return null
  const texts = [...text.matchAll(TEXT)].map(([, said = '']) => unescaped(said))
  return texts.length > 0 ? texts.join(', ') : null
}

function partOf(name: string, said?: string, word?: string, empty?: string): string | null {
  if (empty !== undefined) return empty.startsWith('[') ? `0 ${name}` : null
  if (word !== undefined) return `${name}: ${word === 'null' ? 'none' : word}`
  const value = unescaped(said ?? '')
  if (value.trim() === '') return null
  return plain.has(name) ? value : `${name}: ${value}`
}

/** A text of JSON as it reads; control characters and line ends are spaces, half an escape at the end is left out. */
function unescaped(text: string): string {
  return text
    .replace(
      /\\(?:u([\da-fA-F]{4})|u?[\da-fA-F]{0,3}$|(.))/g,
      (_, code: string | undefined, one: string | undefined) => {
        if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
        return one === undefined || 'nrtbf'.includes(one) ? ' ' : one
      },
    )
    .replace(/\s+/g, ' ')
}
