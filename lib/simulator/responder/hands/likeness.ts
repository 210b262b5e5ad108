const USUAL = new Set(
  'the and for with from that this was were are has have had its not but they their which into about when what who how does did than then there been also only some any all can will would could may might must one two you your our out over under between after before'.split(
    ' ',
  ),
)

/** Words that say what a sentence is about: no numbers, no small words; endings of plurals are left out. */
export function contentWords(text: string): string[] {
  return [...text.toLowerCase().matchAll(/\p{L}{3,}/gu)]
    .map(([word]) => word.replace(/(?<=\p{L}{3})s$/u, ''))
    .filter((word) => !USUAL.has(word))
}

/** The share of the words of the shorter text that the other has as well, 0 to 1. */
export function likeness(a: string, b: string): number {
  const [one, other] = [new Set(contentWords(a)), new Set(contentWords(b))]
  const [few, many] = one.size <= other.size ? [one, other] : [other, one]
  return few.size === 0 ? 0 : [...few].filter((word) => many.has(word)).length / few.size
}
