import type { Asker } from '@/lib/threads/pool'
import { apiLimits, type FileDocument, type ImageType, type PdfDocument } from './document'
import type { DocumentReader } from './document-reader'

/** A content block as the Messages API takes it, in a message or in the result of a tool. */
export type ContentBlock =
  | { type: 'text'; text: string }
  | { type: 'image'; source: { type: 'base64'; media_type: ImageType; data: string } }
  | {
      type: 'document'
      source: { type: 'base64'; media_type: 'application/pdf'; data: string }
      title: string
    }

/** Pages from the first to the last one, both included; the first page of all is 1. */
export type PageRange = { first: number; last: number }

export type Blocks = { ok: true; blocks: ContentBlock[] } | { ok: false; problem: string }

/**
 * The ranges in which the pages of a document can be shown: each fits one request, with room beside it. What is
 * no PDF is one range.
 */
export function pageRanges(document: FileDocument): PageRange[] {
  if (document.kind !== 'pdf') return [{ first: 1, last: 1 }]
  const bytesAPage = document.bytes.length / document.pageCount
  const pages = Math.max(1, Math.min(apiLimits.pdfPages, Math.floor(apiLimits.pdfBytes / bytesAPage)))
  const count = Math.ceil(document.pageCount / pages)
  return Array.from({ length: count }, (_, index) => ({
    first: index * pages + 1,
    last: Math.min(document.pageCount, (index + 1) * pages),
  }))
}

/**
 * How a model is shown a document, or some of its pages (all of them where no range is given): as it is where
 * models see such, else its text, which says where each page begins. A range that one request cannot hold is
 * refused with a sentence. Never rejects.
 */
export async function blocksFor(
  document: FileDocument,
  range: PageRange | null,
  reader: Pick<DocumentReader, 'extractPages'>,
  asker: Asker,
): Promise<Blocks> {
  switch (document.block) {
    case 'image':
      return { ok: true, blocks: [imageBlock(document.mediaType, document.bytes)] }
    case 'document':
      return await pdfBlocks(document, range ?? { first: 1, last: document.pageCount }, reader, asker)
    case 'text':
      return { ok: true, blocks: [{ type: 'text', text: pagesAsText(document, range) }] }
  }
}

async function pdfBlocks(
  document: PdfDocument,
  { first, last }: PageRange,
  reader: Pick<DocumentReader, 'extractPages'>,
  asker: Asker,
): Promise<Blocks> {
  const { pageCount, bytes, name } = document
  if (first < 1 || last < first || last > pageCount)
    return { ok: false, problem: `The document has pages 1 to ${pageCount}.` }
  if (last - first >= apiLimits.pdfPages)
    return { ok: false, problem: `At most ${apiLimits.pdfPages} pages are shown at once.` }
  const isWhole = first === 1 && last === pageCount
  if (isWhole && bytes.length <= apiLimits.pdfBytes)
    return { ok: true, blocks: [pdfBlock(base64(bytes), name)] }
  const extracted = await reader.extractPages(bytes, first, last, asker)
  // Its text is there in any case, and better than nothing.
  if (!extracted.ok)
    return { ok: true, blocks: [{ type: 'text', text: pagesAsText(document, { first, last }) }] }
  return { ok: true, blocks: [pdfBlock(extracted.base64, `${name}, pages ${first} to ${last}`)] }
}

function pdfBlock(data: string, title: string): ContentBlock {
  return { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data }, title }
}

function imageBlock(type: ImageType, bytes: Uint8Array): ContentBlock {
  return { type: 'image', source: { type: 'base64', media_type: type, data: base64(bytes) } }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** The text of a document, or of these pages; a PDF says where each of its pages begins. */
export function pagesAsText(document: FileDocument, range: PageRange | null): string {
  if (document.kind !== 'pdf') return document.pages.map(({ text }) => text).join('\n')
  return document.pages
    .filter(({ number }) => range === null || (number >= range.first && number <= range.last))
    .map(({ number, text }) => `[page ${number} of ${document.pageCount}]\n${text}\n`)
    .join('\n')
}
