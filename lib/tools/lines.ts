/** Bytes at the start of a file from which its line ends are detected. */
export const LINE_SAMPLE_BYTES = 128 * 1024

/**
 * True for a text that ends its lines with a carriage return alone. Told from the beginning of the text, so
 * that a search and a reading in parts count its lines alike.
 */
export function endsLinesWithReturns(sample: string): boolean {
  return !sample.includes('\n') && /\r(?!$)/.test(sample)
}

/** The same text with its carriage returns as line feeds; each pair of both is one line end. */
export function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}
