import { getResolvedPDFJS } from 'unpdf'
import { cutText } from '@/lib/core/base/cut-text'
import { hasRoom } from './bounded-memory'
import { apiLimits, type DocumentLimits, type DocumentPage, type PdfDocument, Unreadable } from './document'
import type { WithoutBytes } from './document-protocol'

type Pdfjs = Awaited<ReturnType<typeof getResolvedPDFJS>>
type OpenPdf = Awaited<ReturnType<Pdfjs['getDocument']>['promise']>
type ReadPdf = Omit<WithoutBytes<PdfDocument>, 'id' | 'name'>

/**
 * The text of a PDF, page by page. Throws `Unreadable` for one that is locked, broken or too much. Runs where
 * it can be ended: a parser of PDFs may take for ever.
 */
export function readPdf(bytes: Uint8Array, limits: DocumentLimits): Promise<ReadPdf> {
  return withPdf(bytes, async (pdf) => {
    const about = await aboutOf(pdf)
    const { pages, notes, isCut } = await readPages(pdf, limits)
    const isLocked = about.isEncrypted
    if (isLocked) notes.push('It is encrypted, so that models read its text and do not see its pages.')
    const hasText = pages.some(({ text }) => text.trim() !== '')
    if (!hasText) notes.push('Its pages hold no text: they are pictures, which cannot be searched.')
    return {
      kind: 'pdf',
      block: isLocked ? 'text' : 'document',
      title: about.title,
      language: about.language,
      pageCount: pdf.numPages,
      pages,
      hasText,
      isCut,
      notes,
    }
  })
}

/** These pages, the first being 1, as a PDF of their own. Throws `Unreadable`. */
export function extractPages(bytes: Uint8Array, first: number, last: number): Promise<Uint8Array> {
  return withPdf(bytes, async (pdf) => {
    const part = await pdf.extractPages([{ document: null, includePages: [[first - 1, last - 1]] }])
    if (part.length > apiLimits.pdfBytes) throw new Unreadable('These pages are larger than models take.')
    return part
  })
}

async function withPdf<Result>(bytes: Uint8Array, use: (pdf: OpenPdf) => Promise<Result>): Promise<Result> {
  const { getDocument } = await getResolvedPDFJS()
  // It keeps what it is given, and may hand it to a thread of its own.
  const loading = getDocument({
    data: Uint8Array.from(bytes),
    isEvalSupported: false,
    useSystemFonts: true,
    disableFontFace: true,
    stopAtErrors: false,
    verbosity: 0,
  })
  try {
    return await use(await loading.promise)
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable(problemOf(error), { cause: error })
  } finally {
    await loading.destroy()
  }
}

function problemOf(error: unknown): string {
  return error instanceof Error && error.name === 'PasswordException'
    ? 'The PDF is locked with a password. Save it without one.'
    : 'The PDF is broken.'
}

async function readPages(pdf: OpenPdf, limits: DocumentLimits) {
  const pages: DocumentPage[] = []
  const notes: string[] = []
  const broken: number[] = []
  const count = Math.min(pdf.numPages, limits.pages)
  let left = limits.characters
  for (let number = 1; number <= count && left > 0; number += 1) {
    if (!hasRoom()) throw new Unreadable('The PDF needs more memory than a document may have.')
    const whole = await pageText(pdf, number)
    if (whole === null) broken.push(number)
    const text = cutText(whole ?? '', left)
    left -= Math.max(1, text.length)
    pages.push({ number, text })
  }
  if (broken.length === count) throw new Unreadable('None of the pages of the PDF can be read.')
  if (broken.length > 0) notes.push(`${broken.length} of its pages are broken, page ${broken[0]} first.`)
  const isCut = pages.length < pdf.numPages || left <= 0
  if (isCut) notes.push(`Text of ${pages.length} of its ${pdf.numPages} pages was read.`)
  return { pages, notes, isCut }
}

/** Null for a page that is broken. */
async function pageText(pdf: OpenPdf, number: number): Promise<string | null> {
  try {
    const page = await pdf.getPage(number)
    const { items } = await page.getTextContent()
    page.cleanup()
    const text = items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? '\n' : ''}` : '')).join('')
    return text.replaceAll('\0', '\ufffd')
  } catch {
    return null
  }
}

/** What the file says about itself; nothing where it does not. */
async function aboutOf(pdf: OpenPdf) {
  const { info } = await pdf.getMetadata()
  const said = (name: string): string | null => {
    const value: unknown = Reflect.get(info, name)
    return typeof value === 'string' && value.trim() !== '' ? cutText(value.trim(), 300) : null
  }
  return {
    title: said('Title'),
    language: said('Language'),
    isEncrypted: said('EncryptFilterName') !== null,
  }
}
