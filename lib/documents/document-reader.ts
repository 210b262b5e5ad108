import { sizeWords } from '@/lib/core/base/size-words'
import type { Timeline } from '@/lib/core/ports/clock'
import type { Asker, PoolSentences } from '@/lib/threads/pool'
import type { AnyDocument, DocumentLimits, FileDocument, UnreadEntry, ZipDocument } from './document'
import type { AskDocuments, DocumentAnswer, UnpackedZip, Upload } from './document-protocol'
import type { QuotePlace } from './find-quote'
import { rememberAnswers } from './remembered-answers'

/** A document, or why there is none, in a sentence for whoever uploaded it. */
export type Reading = { ok: true; document: AnyDocument } | { ok: false; problem: string }

/** As a reading, where a zip is not opened. */
export type FileReading = { ok: true; document: FileDocument } | { ok: false; problem: string }

export type ExtractedPages = { ok: true; base64: string } | { ok: false; problem: string }

export type FoundQuotes = { ok: true; places: (QuotePlace | null)[] } | { ok: false; problem: string }

/** Reads what people upload where it can be ended. Never rejects. */
export type DocumentReader = {
  readDocument(upload: Upload, limits: DocumentLimits, asker: Asker): Promise<Reading>
  /** One file, for who has no use for those of a zip: a zip is refused by its list of files. */
  readFile(upload: Upload, limits: DocumentLimits, asker: Asker): Promise<FileReading>
  /** Pages of a PDF as a PDF of their own, as base64. */
  extractPages(bytes: Uint8Array, first: number, last: number, asker: Asker): Promise<ExtractedPages>
  /** Where a document says each of these, in their order; null for what it does not say. See `findQuote`. */
  findQuotes(document: AnyDocument, quotes: readonly string[], asker: Asker): Promise<FoundQuotes>
}

/** What is said of a document that its reader did not survive; `mostMs` is the processor time of a call. */
export function documentSentences(mostMs: number): PoolSentences {
  return {
    failed: () => 'The document is broken.',
    ended: () => 'The document needs more memory than a document may have.',
    notStarted: 'Documents cannot be read at the moment: their thread did not start.',
    tooLong: `Reading the document took more than ${mostMs / 1000} seconds of processor time and was stopped.`,
  }
}

/**
 * The reader of documents on a pool of threads, which are asked once for what many want to know; `awake` is the time
 * for which failures are remembered.
 */
export function createDocumentReader(askThreads: AskDocuments, awake: Timeline): DocumentReader {
  const ask = rememberAnswers(askThreads, awake)

  async function readOne(upload: Upload, limits: DocumentLimits, opensZips: boolean, asker: Asker) {
    if (upload.bytes.length > limits.bytes)
      return {
        kind: 'unreadable' as const,
        problem: `The file has ${sizeWords(upload.bytes.length)}; at most ${sizeWords(limits.bytes)} are read.`,
      }
    const bytes = bytesOfItsOwn(upload.bytes)
    const asked = await ask({ kind: 'read-document', upload: { ...upload, bytes }, limits, opensZips }, asker)
    return asked.ok ? asked.answer : { kind: 'unreadable' as const, problem: asked.reason }
  }

  async function readEntries(unpacked: UnpackedZip, limits: DocumentLimits, asker: Asker) {
    const documents: FileDocument[] = []
    const unread: UnreadEntry[] = [...unpacked.unread]
    // One after the other: a zip of a thousand files is one upload among others.
    for (const entry of unpacked.entries) {
      const answer = await readOne(entry, limits, true, asker)
      if (answer.kind === 'document') documents.push({ ...answer.document, bytes: entry.bytes })
      else unread.push({ name: entry.name, why: problemOf(answer) })
    }
    return { documents, unread }
  }

  return {
    async readDocument(upload, limits, asker) {
      const answer = await readOne(upload, limits, true, asker)
      if (answer.kind === 'document')
        return { ok: true, document: { ...answer.document, bytes: upload.bytes } }
      if (answer.kind !== 'unpacked') return { ok: false, problem: problemOf(answer) }
      const read = await readEntries(answer.unpacked, limits, asker)
      const document: ZipDocument = { ...answer.unpacked.zip, bytes: upload.bytes, ...read }
      return read.documents.length === 0 && read.unread.length === 0
        ? { ok: false, problem: 'The zip holds no files.' }
        : { ok: true, document }
    },
    async readFile(upload, limits, asker) {
      const answer = await readOne(upload, limits, false, asker)
      return answer.kind === 'document'
        ? { ok: true, document: { ...answer.document, bytes: upload.bytes } }
        : { ok: false, problem: problemOf(answer) }
    },
    async extractPages(bytes, first, last, asker) {
      const asked = await ask({ kind: 'extract-pages', bytes: bytesOfItsOwn(bytes), first, last }, asker)
      if (!asked.ok) return { ok: false, problem: asked.reason }
      return asked.answer.kind === 'extracted'
        ? { ok: true, base64: asked.answer.base64 }
        : { ok: false, problem: problemOf(asked.answer) }
    },
    async findQuotes({ pages }, quotes, asker) {
      const asked = await ask({ kind: 'find-quotes', pages, quotes }, asker)
      if (!asked.ok) return { ok: false, problem: asked.reason }
      return asked.answer.kind === 'places'
        ? { ok: true, places: asked.answer.places }
        : { ok: false, problem: problemOf(asked.answer) }
    },
  }
}

function problemOf(answer: DocumentAnswer): string {
  return answer.kind === 'unreadable' ? answer.problem : 'It is a zip inside a zip, which is not opened.'
}

/** A view of a larger buffer would take all of that buffer along. */
function bytesOfItsOwn(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes)
}
