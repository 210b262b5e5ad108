import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TextDocument } from './document'
import { findQuote } from './find-quote'

function documentOf(...texts: string[]): TextDocument {
  const pages = texts.map((text, index) => ({ number: index + 1, text }))
  const plain = { kind: 'text', block: 'text', language: null, title: null, isCut: false, notes: [] } as const
  return { ...plain, id: '', name: 'a.txt', bytes: new Uint8Array(), pages }
}

/** What the document says at the place that was found. */
function foundIn(document: TextDocument, quote: string): string | null {
  const place = findQuote(document, quote)
  if (place === null) return null
  const { page, start, endPage, end } = place
  const textOf = (number: number) => document.pages[number - 1]?.text ?? ''
  if (page === endPage) return textOf(page).slice(start, end)
  return `${textOf(page).slice(start)}|${textOf(endPage).slice(0, end)}`
}

test('a quote that stands there letter for letter is exact, with its page and place', () => {
  const document = documentOf('nothing here', 'Bees dance. Bees sleep.')
  expect(findQuote(document, ' Bees sleep. ')).toEqual({
    page: 2,
    start: 12,
    endPage: 2,
    end: 23,
    exactness: 'exact',
  })
})

test.each([
  ['spaces and line ends', 'the  quick\n\tbrown fox', 'the quick brown fox', 'the  quick\n\tbrown fox'],
  ['a word parted at a line end', 'an infor-\nmation', 'an information', 'an infor-\nmation'],
  ['a hyphen of the word at a line end', 'a well-\r\nknown bee', 'a well-known bee', 'a well-\r\nknown bee'],
  [
    'both kinds at once',
    'well-\nknown infor-\nmation',
    'well-known information',
    'well-\nknown infor-\nmation',
  ],
  ['a parted word in the quote', 'an information', 'an infor-\nmation', 'an information'],
  ['quotation marks', 'She said: “It’s «so»”', 'She said: "It\'s "so""', 'She said: “It’s «so»”'],
  ['ligatures', 'the ofﬁcial ﬂow', 'the official flow', 'the ofﬁcial ﬂow'],
  ['half a ligature', 'an ofﬁce', 'an off', 'an ofﬁ'],
  ['soft hyphens', 'in\u00adfor\u00admation', 'information', 'in\u00adfor\u00admation'],
  ['composed letters', 'cafe\u0301 bar', 'caf\u00e9', 'cafe\u0301'],
  ['another hyphen', 'non\u2011breaking', 'non-breaking', 'non\u2011breaking'],
])('%s may differ, and the place is that of the original', (_, text, quote, original) => {
  const document = documentOf(`before ${text} after`)
  expect(findQuote(document, quote)).toMatchObject({ exactness: 'normalised' })
  expect(foundIn(document, quote)).toBe(original)
})

test.each([
  ['another case', 'Bees dance', 'bees dance'],
  ['another word', 'Bees dance at noon', 'Bees dance at night'],
  ['a word left out', 'Bees do not dance', 'Bees dance'],
  ['a hyphen inside a line', 'they re-sign it', 'they resign it'],
  ['no hyphen where the quote has one', 'they resign it', 'they re-sign it'],
  ['a dash', 'pages 3–5', 'pages 3-5'],
  ['a number', 'grew by 1.5 %', 'grew by 15 %'],
  ['other letters of the same look', 'Вees dance', 'Bees dance'],
])('nothing else may differ: %s', (_, text, quote) => {
  expect(findQuote(documentOf(text), quote)).toBeNull()
})

test('a quote may begin on one page and end on the next', () => {
  const document = documentOf('It ends in infor-', 'mation of bees.')
  expect(findQuote(document, 'in information of')).toMatchObject({ page: 1, start: 8, endPage: 2, end: 9 })
  expect(foundIn(document, 'ends in information of')).toBe('ends in infor-|mation of')
})

test('no quote is found of nothing, of only hyphens, or in a document without text', () => {
  for (const quote of ['', '  ', '-', '\u00ad']) expect(findQuote(documentOf('a b'), quote)).toBeNull()
  expect(findQuote(documentOf(), 'a')).toBeNull()
  expect(findQuote(documentOf('a'.repeat(20_000)), 'a'.repeat(10_001))).toBeNull()
})

test('any part of a text is found in it, also when its spaces are typeset otherwise', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.nat(), fc.nat(), (words, one, other) => {
      const document = documentOf(words.join('\n  '))
      const [from, to] = [one % words.length, other % words.length].sort((a, b) => a - b)
      const quote = words.slice(from, (to ?? 0) + 1).join(' ')
      if (/^[\s\p{Cf}\p{M}\-\u2010\u2011]*$/u.test(quote.replaceAll('\u00ad', ''))) return
      expect(findQuote(document, quote)).not.toBeNull()
    }),
  )
})

test('a document that is made to be slow to search is searched all the same', () => {
  const letters = documentOf('a'.repeat(1_000_000))
  expect(findQuote(letters, `b${'a'.repeat(5_000)}b`)).toBeNull()
  expect(findQuote(letters, `${'a'.repeat(5_000)}b`)).toBeNull()
  const hyphens = documentOf('a-'.repeat(500_000))
  expect(findQuote(hyphens, `${'a'.repeat(5_000)}-`)).toBeNull()
  const spaces = documentOf(`-\n${' '.repeat(1_000_000)}5`)
  expect(findQuote(spaces, 'a 5')).toBeNull()
})
