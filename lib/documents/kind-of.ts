import { encodingOf } from '@/lib/core/base/text-encoding'
import type { ImageType, TextKind } from './document'
import type { Upload } from './document-protocol'

export type Kind = 'pdf' | 'zip' | ImageType | TextKind | 'unknown'

/** A PDF may begin with rubbish; readers look for its mark in so many bytes. */
const PDF_MARK_WITHIN = 1_024

const textEndings: Readonly<Record<string, TextKind>> = {
  md: 'markdown',
  markdown: 'markdown',
  mdx: 'markdown',
  htm: 'html',
  html: 'html',
  xhtml: 'html',
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
}

const textTypes: Readonly<Record<string, TextKind>> = {
  'text/markdown': 'markdown',
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'text/csv': 'csv',
  'text/tab-separated-values': 'tsv',
}

/** What a file is: by its first bytes, and among texts by its name. What it is called never beats what it is. */
export function kindOf({ name, bytes, mediaType }: Upload): Kind {
  return kindByMark(bytes) ?? (encodingOf(bytes) === null ? 'unknown' : textKindOf(name, bytes, mediaType))
}

function kindByMark(bytes: Uint8Array): Kind | null {
  const head = latin1(bytes, PDF_MARK_WITHIN)
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) return 'zip'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(head)) return 'image/gif'
  if (/^RIFF[\s\S]{4}WEBP/.test(head)) return 'image/webp'
  return head.includes('%PDF-') ? 'pdf' : null
}

function textKindOf(name: string, bytes: Uint8Array, mediaType: string | null): TextKind {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const type = mediaType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const byName = Object.hasOwn(textEndings, ending) ? textEndings[ending] : undefined
  const byType = Object.hasOwn(textTypes, type) ? textTypes[type] : undefined
  const isPage = /^\W*<(!doctype\s+html|html)[\s>]/i.test(latin1(bytes, PDF_MARK_WITHIN))
  return byName ?? byType ?? (isPage ? 'html' : 'text')
}

/** The first bytes, one character each: for marks, which are bytes and not text. */
export function latin1(bytes: Uint8Array, most: number): string {
  const part = bytes.subarray(0, most)
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1')
}
