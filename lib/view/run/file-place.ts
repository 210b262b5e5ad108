/** A place in a file, as reports name it: `src/parse.ts:12`. `line` is null where none is named. */
export type FilePlace = { path: string; line: number | null }

/** A path with an ending, and perhaps a line or a range of lines. Bounded: reports are foreign text. */
const placePattern = /^([\w@.+-][\w@.+ /[\]()-]{0,400}\.[A-Za-z][\w-]{0,15})(?::(\d{1,9})(?:[-–:]\d{1,9})?)?$/

/** The place that a text names as a whole; null for any other text. */
export function filePlace(text: string): FilePlace | null {
  const found = text.length > 500 ? null : placePattern.exec(text)
  const path = found?.[1]
  if (path === undefined || path.split('/').includes('..')) return null
  const line = Number(found?.[2])
  return { path, line: Number.isInteger(line) && line > 0 ? line : null }
}

/** As it stands in an address. */
export function placeText({ path, line }: FilePlace): string {
  return line === null ? path : `${path}:${line}`
}
