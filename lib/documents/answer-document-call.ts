import { createHash } from 'node:crypto'
import {
  apiLimits,
  type DocumentLimits,
  type FileDocument,
  type ImageType,
  type TextKind,
  Unreadable,
} from './document'
import type { DocumentAnswer, DocumentCall, Upload, WithoutBytes } from './document-protocol'
import { findQuote } from './find-quote'
import { imageSize } from './image-size'
import { type Kind, kindOf } from './kind-of'
import { extractPages, readPdf } from './read-pdf'
import { notesOfTable, readText } from './read-text'
import { unpackZip } from './unpack-zip'

/** HTML as Markdown, with what its head says. */
export type MarkdownOf = (html: string) => { markdown: string; title: string | null; language: string | null }

type Read = WithoutBytes<FileDocument>
type Named = Pick<Read, 'id' | 'name'>
type ReadCall = Extract<DocumentCall, { kind: 'read-document' }>

/** What a document is and says. Runs in a thread that can be ended, since none of its parsers is trusted. */
export async function answerDocumentCall(
  call: DocumentCall,
  markdownOf: MarkdownOf,
): Promise<DocumentAnswer> {
  try {
    return await answer(call, markdownOf)
  } catch (error) {
    if (error instanceof Unreadable) return { kind: 'unreadable', problem: error.message }
    throw error
  }
}

async function answer(call: DocumentCall, markdownOf: MarkdownOf): Promise<DocumentAnswer> {
  switch (call.kind) {
    case 'read-document':
      return await readUpload(call, markdownOf)
    case 'extract-pages': {
      const part = await extractPages(call.bytes, call.first, call.last)
      const base64 = Buffer.from(part.buffer, part.byteOffset, part.length).toString('base64')
      return { kind: 'extracted', base64 }
    }
    case 'find-quotes':
      return { kind: 'places', places: call.quotes.map((quote) => findQuote(call, quote)) }
  }
}

async function readUpload(call: ReadCall, markdownOf: MarkdownOf): Promise<DocumentAnswer> {
  const { upload, limits } = call
  const { name, bytes } = upload
  if (bytes.length === 0) throw new Unreadable('The file is empty.')
  const named: Named = { id: createHash('sha256').update(bytes).digest('hex'), name }
  const kind = kindOf(upload)
  if (kind === 'zip') return await readZip(call, named, markdownOf)
  return { kind: 'document', document: await readFileOf(kind, upload, named, limits, markdownOf) }
}

async function readFileOf(
  kind: Exclude<Kind, 'zip'>,
  { bytes }: Upload,
  named: Named,
  limits: DocumentLimits,
  markdownOf: MarkdownOf,
): Promise<Read> {
  switch (kind) {
    case 'unknown':
      throw new Unreadable('The file is neither text nor a kind of document that is known.')
    case 'pdf':
      return { ...named, ...(await readPdf(bytes, limits)) }
    case 'image/png':
    case 'image/jpeg':
    case 'image/gif':
    case 'image/webp':
      return readImage(kind, bytes, named)
    default:
      return readTextDocument(kind, bytes, named, limits, markdownOf)
  }
}

function readImage(mediaType: ImageType, bytes: Uint8Array, named: Named): Read {
  const { width, height } = imageSize(mediaType, bytes)
  if (Math.max(width, height) > apiLimits.imagePixels)
    throw new Unreadable(
      `The image has ${width} × ${height} pixels, and models take ${apiLimits.imagePixels} a side. Make it smaller.`,
    )
  if (bytes.length > apiLimits.imageBytes)
    throw new Unreadable('The image is larger than the 3.9 MB that models take. Make it smaller.')
  return {
    ...named,
    kind: 'image',
    block: 'image',
    mediaType,
    width,
    height,
    pages: [],
    title: null,
    notes: [],
  }
}

function readTextDocument(
  kind: TextKind,
  bytes: Uint8Array,
  named: Named,
  limits: DocumentLimits,
  markdownOf: MarkdownOf,
): Read {
  const read = readText(bytes, limits.characters)
  const about = kind === 'html' ? markdownOf(read.text) : { markdown: read.text, title: null, language: null }
  const notes = kind === 'csv' || kind === 'tsv' ? notesOfTable(read.text) : []
  return textDocument(kind, named, { ...about, isCut: read.isCut, notes: [...read.notes, ...notes] })
}

type Said = ReturnType<MarkdownOf> & { isCut: boolean; notes: string[] }

function textDocument(kind: TextKind, named: Named, said: Said): Read {
  const { markdown, title, language, isCut, notes } = said
  return {
    ...named,
    kind,
    block: 'text',
    title,
    language,
    pages: [{ number: 1, text: markdown }],
    isCut,
    notes: isCut ? [...notes, 'It is longer than what was read.'] : notes,
  }
}

async function readZip(
  { upload, limits, opensZips }: ReadCall,
  named: Named,
  markdownOf: MarkdownOf,
): Promise<DocumentAnswer> {
  const unpacked = await unpackZip(upload.bytes, limits, opensZips)
  if (unpacked.kind === 'docx') {
    const html = unpacked.html.slice(0, limits.characters)
    const isCut = html.length < unpacked.html.length
    return {
      kind: 'document',
      document: textDocument('docx', named, { ...markdownOf(html), isCut, notes: [] }),
    }
  }
  const { entries, unread } = unpacked
  const notes = /\.docx$/i.test(named.name) ? ['It is called a Word document, and is a zip of files.'] : []
  const zip = { ...named, kind: 'zip' as const, title: null, pages: [] as const, notes }
  return { kind: 'unpacked', unpacked: { zip, entries, unread } }
}
