import type { Asked, Asker } from '@/lib/threads/pool'
import type { DocumentLimits, DocumentPage, FileDocument, UnreadEntry, ZipDocument } from './document'
import type { QuotePlace } from './find-quote'

/** An upload, or a file of a zip. */
export type Upload = { name: string; bytes: Uint8Array; mediaType: string | null }

/** What is asked of the thread in which documents are read. */
export type DocumentCall =
  /** Where a zip is not to be opened, one is unreadable; a Word document is opened in any case. */
  | { kind: 'read-document'; upload: Upload; limits: DocumentLimits; opensZips: boolean }
  /** These pages of a PDF as a PDF of their own. */
  | { kind: 'extract-pages'; bytes: Uint8Array; first: number; last: number }
  | { kind: 'find-quotes'; pages: readonly DocumentPage[]; quotes: readonly string[] }

/** Files of a zip that are still to be read, each by a call of its own: one that is hostile harms no other. */
export type UnpackedZip = {
  zip: Omit<ZipDocument, 'documents' | 'unread' | 'bytes'>
  entries: Upload[]
  unread: UnreadEntry[]
}

/** A document crosses threads without its bytes, which who asked has already. */
export type WithoutBytes<Document> = Document extends unknown ? Omit<Document, 'bytes'> : never

export type DocumentAnswer =
  | { kind: 'document'; document: WithoutBytes<FileDocument> }
  | { kind: 'unpacked'; unpacked: UnpackedZip }
  | { kind: 'extracted'; base64: string }
  | { kind: 'places'; places: (QuotePlace | null)[] }
  | { kind: 'unreadable'; problem: string }

/** Asks the threads. Never rejects. */
export type AskDocuments = (call: DocumentCall, asker: Asker) => Promise<Asked<DocumentAnswer>>
