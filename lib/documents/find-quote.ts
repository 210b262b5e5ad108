import type { DocumentPage } from './document'
import { type FoldedText, foldText, OPEN_HYPHEN } from './folded-text'

/** Where a quote stands: from `start` of its page to before `end` of the page it ends on, in UTF-16 units. */
export type QuotePlace = {
  page: number
  start: number
  endPage: number
  end: number
  /** `normalised`: the same words with other spaces, line ends, quotation marks or ligatures. */
  exactness: 'exact' | 'normalised'
}

/** Longer ones are no quotes; and what is looked for in a large document is bounded by it. */
const MOST_QUOTE_CHARACTERS = 10_000
/** Places that have the letters of a quote and other hyphens; a text made of such is not read to its end. */
const MOST_NEAR_MISSES = 1_000

/**
 * Where a document says this, in these words: null when it does not. Spaces, line ends, hyphens at line ends,
 * typographic quotation marks, ligatures and composed letters may differ, and nothing else: no case, no other
 * word. Linear in the document, whatever it holds, and what was folded is kept while the document is: still
 * a third of a second for a book's first quote, which is what `findQuotes` of the reader is for.
 */
export function findQuote(document: { pages: readonly DocumentPage[] }, quote: string): QuotePlace | null {
  const wanted = quote.trim()
  if (wanted === '' || wanted.length > MOST_QUOTE_CHARACTERS || document.pages.length === 0) return null
  return findExactly(document.pages, wanted) ?? findFolded(document.pages, wanted)
}

function findExactly(pages: readonly DocumentPage[], wanted: string): QuotePlace | null {
  const { places } = searchFor(wanted)
  for (const { number, text } of pages)
    for (const start of places(text))
      return { page: number, start, endPage: number, end: start + wanted.length, exactness: 'exact' }
  return null
}

type FoldedPages = FoldedText & { bare: string; bareAt: Uint32Array; starts: number[] }
const folded = new WeakMap<readonly DocumentPage[], FoldedPages>()

function findFolded(pages: readonly DocumentPage[], wanted: string): QuotePlace | null {
  const all = folded.get(pages) ?? foldPages(pages)
  folded.set(pages, all)
  const needle = foldText(wanted).text.trim()
  const letters = withoutHyphens(needle).bare
  if (letters === '') return null
  let misses = 0
  for (const at of searchFor(letters).places(all.bare)) {
    const start = all.bareAt[at] ?? 0
    const end = endOfMatch(all.text, start, needle)
    if (end !== null) return placeOf(pages, all, start, end)
    misses += 1
    if (misses >= MOST_NEAR_MISSES) return null
  }
  return null
}

function foldPages(pages: readonly DocumentPage[]): FoldedPages {
  const starts: number[] = []
  let length = 0
  for (const { text } of pages) {
    starts.push(length)
    length += text.length + 1
  }
  const all = foldText(pages.map(({ text }) => text).join('\n'))
  return { ...all, ...withoutHyphens(all.text), starts }
}

/** A text without the hyphens about which texts may differ, and where each of its units stood. */
function withoutHyphens(text: string): { bare: string; bareAt: Uint32Array } {
  const bareAt = new Uint32Array(text.length)
  let length = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '-' || text[at] === OPEN_HYPHEN) continue
    bareAt[length] = at
    length += 1
  }
  return { bare: text.replaceAll(/[-\ue000]/g, ''), bareAt }
}

/**
 * Where the needle ends that begins here; null when a hyphen of one is nowhere in the other. A hyphen at a line
 * end may be one of the word or of the line.
 */
function endOfMatch(text: string, start: number, needle: string): number | null {
  let at = start - leadingHyphens(text, start, needle)
  for (let read = 0; read < needle.length; ) {
    const [here, there] = [text[at], needle[read]]
    if (here === there || (isHyphen(here) && isHyphen(there))) {
      at += 1
      read += 1
    } else if (here === OPEN_HYPHEN) at += 1
    else if (there === OPEN_HYPHEN) read += 1
    else return null
  }
  return at
}

/** The letters begin here; a quote that begins with hyphens began so much earlier. */
function leadingHyphens(text: string, start: number, needle: string): number {
  let count = 0
  while (isHyphen(needle[count]) && isHyphen(text[start - count - 1])) count += 1
  return count
}

function isHyphen(unit: string | undefined): boolean {
  return unit === '-' || unit === OPEN_HYPHEN
}

function placeOf(pages: readonly DocumentPage[], all: FoldedPages, start: number, end: number): QuotePlace {
  const [from, to] = [all.from[start] ?? 0, all.to[end - 1] ?? 0]
  const [first, last] = [pageHolding(all.starts, from), pageHolding(all.starts, to - 1)]
  return {
    page: pages[first]?.number ?? 1,
    start: from - (all.starts[first] ?? 0),
    endPage: pages[last]?.number ?? 1,
    end: to - (all.starts[last] ?? 0),
    exactness: 'normalised',
  }
}

function pageHolding(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= at) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * A search that takes no longer than text and needle together (Knuth, Morris and Pratt): the engine's own
 * takes their product where a document is made for it.
 */
function searchFor(needle: string): { places(text: string): Generator<number> } {
  const fallback = new Uint32Array(needle.length)
  for (let at = 1, matched = 0; at < needle.length; at += 1) {
    while (matched > 0 && needle[at] !== needle[matched]) matched = fallback[matched - 1] ?? 0
    if (needle[at] === needle[matched]) matched += 1
    fallback[at] = matched
  }
  return {
    *places(text) {
      for (let at = 0, matched = 0; at < text.length; at += 1) {
        while (matched > 0 && text[at] !== needle[matched]) matched = fallback[matched - 1] ?? 0
        if (text[at] === needle[matched]) matched += 1
        if (matched < needle.length) continue
        yield at - needle.length + 1
        matched = fallback[matched - 1] ?? 0
      }
    },
  }
}
