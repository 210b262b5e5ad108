/**
 * The beginning of a text, at most `most` UTF-16 units long, never ending inside a character: half a
 * surrogate pair is no text, and strict readers of JSON refuse it.
 */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text
  return text.slice(0, isInsideCharacter(text, most) ? most - 1 : Math.max(0, most))
}

/** The same with a mark where something was left out; the mark counts. */
export function shortenText(text: string, most: number, mark = '…'): string {
  return text.length <= most ? text : `${cutText(text, Math.max(0, most - mark.length))}${mark}`
}

/** The same, followed by how much was left out (not counted in `most`), where a reader may want the rest. */
export function cutWithCount(text: string, most: number): string {
  if (text.length <= most) return text
  const head = cutText(text, most)
  return `${head}… (${(text.length - head.length).toLocaleString('en')} more characters)`
}

/** A part of a text whose ends are moved outwards from the middle of a character. */
export function sliceText(text: string, from: number, to: number): string {
  const start = Math.max(0, isInsideCharacter(text, from) ? from - 1 : from)
  return text.slice(start, Math.max(start, isInsideCharacter(text, to) ? to + 1 : to))
}

/** True when a cut at this place would part a surrogate pair. */
export function isInsideCharacter(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return false
  return isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at))
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
