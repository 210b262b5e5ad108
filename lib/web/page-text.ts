/** What a page is made of, by its `content-type`; null for what is neither text nor PDF. */
export type PageKind = 'html' | 'text' | 'markdown' | 'json' | 'pdf'

export function kindOfType(contentType: string): PageKind | null {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === '' || type === 'text/html' || type === 'application/xhtml+xml') return 'html'
  if (type === 'application/pdf') return 'pdf'
  if (type === 'text/markdown' || type === 'text/x-markdown') return 'markdown'
  if (type === 'application/json' || type.endsWith('+json')) return 'json'
  const isText = type.startsWith('text/') || type === 'application/xml' || type.endsWith('+xml')
  return isText ? 'text' : null
}

/** Where HTML says its encoding, if it does. */
const HEAD_BYTES = 1_024

/**
 * The text of a page: by its byte order mark, its header or its own head, else as UTF-8. A name that is none
 * counts as not said, and what does not fit becomes U+FFFD.
 */
export function decodePage(bytes: Uint8Array, contentType: string): string {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, HEAD_BYTES))
  const said =
    markedAs(bytes) ??
    /charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(contentType)?.[1] ??
    /<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(head)?.[1] ??
    'utf-8'
  return decoderFor(said).decode(bytes).replaceAll('\0', '\ufffd')
}

function markedAs(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
}

function decoderFor(name: string): TextDecoder {
  try {
    return new TextDecoder(name)
  } catch {
    // No encoding has this name.
    return new TextDecoder()
  }
}
