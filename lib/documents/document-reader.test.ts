import { strToU8, zipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenDocumentReader, openDocumentReader } from './testing/open-reader'
import { pdfWithPages } from './testing/make-pdf'

let reader: OpenDocumentReader
beforeAll(() => {
  reader = openDocumentReader()
})
afterAll(() => reader.close())

test('a PDF is read page by page, with its numbers, its title and its language', async () => {
  const bytes = pdfWithPages([['First page,', 'second line.'], ['Another (page)']], { info: '<< /Title (On bees) >>' })
  const document = await reader.document('bees.txt', bytes)
  expect(document).toMatchObject({
    kind: 'pdf',
    block: 'document',
    name: 'bees.txt',
    title: 'On bees',
    language: 'en-GB',
    pageCount: 2,
    hasText: true,
    isCut: false,
    notes: [],
    pages: [
      { number: 1, text: 'First page,\nsecond line.' },
      { number: 2, text: 'Another (page)' },
    ],
  })
  expect(document.id).toMatch(/^[0-9a-f]{64}$/)
})
