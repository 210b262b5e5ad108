import { deflateSync } from 'node:zlib'

/** Parts of a PDF by number, the first being 1: dictionaries as text, or a stream with its bytes. */
export type PdfPart = string | { dictionary: string; stream: Uint8Array }

/** A PDF of these parts; the first is its catalog. `trailer` is added to what stands at its end. */
export function pdfOf(parts: readonly PdfPart[], trailer = ''): Buffer {
  const pieces: Buffer[] = [Buffer.from('%PDF-1.7\n')]
  const offsets: number[] = []
  let length = pieces[0]?.length ?? 0
  const add = (piece: Buffer) => {
    pieces.push(piece)
    length += piece.length
  }
  for (const [index, part] of parts.entries()) {
    offsets.push(length)
    add(Buffer.from(`${index + 1} 0 obj\n`))
    if (typeof part === 'string') add(Buffer.from(part))
    else {
      add(Buffer.from(`<< ${part.dictionary} /Length ${part.stream.length} >>\nstream\n`))
      add(Buffer.from(part.stream))
      add(Buffer.from('\nendstream'))
    }
    add(Buffer.from('\nendobj\n'))
  }
  const start = length
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const count = parts.length + 1
  add(Buffer.from(`xref\n0 ${count}\n0000000000 65535 f \n${lines}`))
  add(Buffer.from(`trailer\n<< /Size ${count} /Root 1 0 R ${trailer} >>\nstartxref\n${start}\n%%EOF\n`))
  return Buffer.concat(pieces)
}

/** A stream of this text, deflated. */
export function deflated(text: string | Uint8Array, dictionary = ''): PdfPart {
  return { dictionary: `${dictionary} /Filter /FlateDecode`, stream: deflateSync(text) }
}

/** A PDF with these pages, each of lines of plain text. An empty page is one of a scan. */
export function pdfWithPages(pages: readonly (readonly string[])[], more: { info?: string } = {}): Buffer {
  const firstPage = 4
  const kids = pages.map((_, index) => `${firstPage + index * 2} 0 R`).join(' ')
  const parts: PdfPart[] = [
    '<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...pages.flatMap((lines, index) => [pageAt(firstPage + index * 2 + 1), deflated(drawn(lines))]),
  ]
  if (more.info === undefined) return pdfOf(parts)
  return pdfOf([...parts, more.info], `/Info ${parts.length + 1} 0 R`)
}

/** A page whose content is the part of this number. */
export function pageAt(content: number): string {
  return `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents ${content} 0 R >>`
}

function drawn(lines: readonly string[]): string {
  const shown = lines.map((line) => `(${line.replace(/[()\\]/g, '\\$&')}) Tj T*`)
  return `BT /F 11 Tf 50 780 Td 14 TL ${shown.join(' ')} ET`
}
