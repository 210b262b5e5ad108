/**
 * A place in a file, as reports name it: `src/parse.ts:12`, `report.pdf p. 3`. `line` and `page` are null where none
 * is named; a document has pages, any other file has lines.
 */
export type FilePlace = { path: string; line: number | null; page: number | null }

/** A path with an ending. Bounded: reports are foreign text. */
const path = String.raw`([\w@.+-][\w@.+ /[\]()-]{0,400}\.[A-Za-z][\w-]{0,15})`

/** A path, and perhaps a line or a range of lines. */
const linePattern = new RegExp(String.raw`^${path}(?::(\d{1,9})(?:[-–:]\d{1,9})?)?$`)

/** A path and a page: `a.pdf p. 3`, `a.pdf, page 3`, `a.pdf#page=3`, `a.pdf pp. 3-5`. */
const pagePattern = new RegExp(
  String.raw`^${path}(?:,? ?\(?(?:pp?\.|pages?) ?|#page=)(\d{1,6})(?:[-–]\d{1,6})?\)?$`,
  'i',
)

const hasPages = /\.pdf$/i

/** The place that a text names as a whole; null for any other text. */
export function filePlace(text: string): FilePlace | null {
  if (text.length > 500) return null
  const onPage = pagePattern.exec(text)
  const found = onPage ?? linePattern.exec(text)
  const named = found?.[1]
  if (named === undefined || named.split('/').includes('..')) return null
  const number = Number(found?.[2])
  const place = Number.isInteger(number) && number > 0 ? number : null
  return onPage !== null || hasPages.test(named)
    ? { path: named, line: null, page: place }
    : { path: named, line: place, page: null }
}

/** As it stands in an address, and for people. */
export function placeText({ path: file, line, page }: FilePlace): string {
  if (page !== null) return `${file} p. ${page}`
  return line === null ? file : `${file}:${line}`
}
