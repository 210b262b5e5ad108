import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** A body as far as it may be read. */
export type Body = { bytes: Uint8Array; isCut: boolean }

/**
 * The body of a response, unpacked and counted while it comes: once it is more than may be read the rest is
 * not asked for. Throws what the connection throws, and for a packing that is not known or broken.
 */
export async function readBody(
  body: Readable,
  encodings: readonly string[],
  mostBytes: number,
): Promise<Body> {
  const pieces: Uint8Array[] = []
  let length = 0
  let isCut = false
  const source = unpacked(body, encodings)
  try {
    for await (const piece of source) {
      // Both streams give buffers: no encoding is set.
      const bytes = asBytes(piece)
      pieces.push(bytes.subarray(0, mostBytes - length))
      length += bytes.length
      isCut = length > mostBytes
      if (isCut) break
    }
  } finally {
    source.destroy()
    body.on('error', () => {})
    body.destroy()
  }
  return { bytes: Buffer.concat(pieces), isCut }
}

function asBytes(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece
  throw new TypeError('A body came as something else than bytes')
}

/** Packings in the order in which they were applied: the last is undone first. */
function unpacked(body: Readable, encodings: readonly string[]): Readable {
  let stream: Readable = body
  for (const encoding of encodings.toReversed()) {
    const unpack = unpackerOf(encoding)
    if (unpack === null) continue
    stream.on('error', (error) => unpack.destroy(error))
    stream = stream.pipe(unpack)
  }
  return stream
}

function unpackerOf(encoding: string) {
  switch (encoding) {
    case '':
    case 'identity':
      return null
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      throw new Error(`It is packed as ${encoding.slice(0, 40)}, which is not known`)
  }
}

/** The names in a `content-encoding` header. More than two are none that a server means. */
export function encodingsOf(header: string): string[] {
  const names = header.split(',').map((name) => name.trim().toLowerCase())
  if (names.length > 2) throw new Error('It is packed more than twice')
  return names
}
