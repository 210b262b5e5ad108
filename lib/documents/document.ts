/** How much of an upload is read, and how much it may unfold to. All are bounds on what a stranger sends. */
export type DocumentLimits = {
  /** Of the file as it was uploaded. */
  bytes: number
  /** Text kept of one document, in UTF-16 units; what is beyond is left out, and said. */
  characters: number
  /** Pages read of one PDF; what is beyond is left out, and said. */
  pages: number
  /** Files in a zip. */
  entries: number
  /** Of all files of a zip together, once they are inflated. */
  expandedBytes: number
  /** Most bytes that one byte of a zip may become: text becomes twenty, what repeats itself a thousand. */
  expansion: number
}

/** What is read where nobody says otherwise. */
export const usualLimits: DocumentLimits = {
  bytes: 50_000_000,
  characters: 5_000_000,
  pages: 2_000,
  entries: 1_000,
  expandedBytes: 100_000_000,
  expansion: 200,
}

/** What the Messages API takes of documents and images. Its bounds are those of its smallest platform. */
export const apiLimits = {
  /** Pages of PDF in one request, for models of every context size. */
  pdfPages: 100,
  /** A request holds 32 MB; as base64 this much of a PDF leaves some for the conversation around it. */
  pdfBytes: 20_000_000,
  /** An image holds 5 MiB as base64. */
  imageBytes: 3_932_160,
  /** Longer sides are refused. */
  imagePixels: 8_000,
} as const

/** A page of a PDF, or all of a document that has none; numbers begin at 1. */
export type DocumentPage = { number: number; text: string }

type Common = {
  /** SHA-256 of the bytes, in hex: the same upload is the same document. */
  id: string
  /** As it was uploaded, or its path inside a zip: for people, never a path on this machine. */
  name: string
  bytes: Uint8Array
  /** What the document itself says it is called. */
  title: string | null
  /** What a reader should know of how it was read, in sentences. */
  notes: readonly string[]
}

type WithText = Common & {
  pages: readonly DocumentPage[]
  /** The language the document says it is in, as it writes it; null where it says nothing. */
  language: string | null
  /** True when pages or text were left out. */
  isCut: boolean
}

export const textKinds = ['text', 'markdown', 'html', 'docx', 'csv', 'tsv'] as const
export type TextKind = (typeof textKinds)[number]

/** A document that models read as text: as it is, or as Markdown made of it. */
export type TextDocument = WithText & { kind: TextKind; block: 'text' }

export type PdfDocument = WithText & {
  kind: 'pdf'
  /** Of the whole file, whether read or not. */
  pageCount: number
  /** False for a scan: its pages can be seen by a model and not be searched. */
  hasText: boolean
  /** `document`: models see its pages. `text`: the API would refuse the file, its text is what there is. */
  block: 'document' | 'text'
}

export const imageTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const
export type ImageType = (typeof imageTypes)[number]

export type ImageDocument = Common & {
  kind: 'image'
  mediaType: ImageType
  /** In pixels, as its header says. */
  width: number
  height: number
  pages: readonly []
  block: 'image'
}

/** What one file is read as. */
export type FileDocument = TextDocument | PdfDocument | ImageDocument

/** A file of a zip that was not read, and why, in a sentence. */
export type UnreadEntry = { name: string; why: string }

/** A zip: its files, each a document of its own. */
export type ZipDocument = Common & {
  kind: 'zip'
  pages: readonly []
  documents: readonly FileDocument[]
  unread: readonly UnreadEntry[]
}

export type AnyDocument = FileDocument | ZipDocument

/** Why a document cannot be read, as a sentence for whoever uploaded it. */
export class Unreadable extends Error {}
