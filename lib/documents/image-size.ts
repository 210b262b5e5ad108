import { type ImageType, Unreadable } from './document'
import { latin1 } from './kind-of'

export type PixelSize = { width: number; height: number }

/** The size an image's header says. Throws `Unreadable` when there is no such header, or it says nothing. */
export function imageSize(type: ImageType, bytes: Uint8Array): PixelSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = readSize(type, view, bytes)
  if (size === null || size.width === 0 || size.height === 0)
    throw new Unreadable('The file begins like an image, and what follows is none.')
  return size
}

function readSize(type: ImageType, view: DataView, bytes: Uint8Array): PixelSize | null {
  try {
    switch (type) {
      case 'image/png':
        return latin1(bytes, 16).endsWith('IHDR')
          ? { width: view.getUint32(16), height: view.getUint32(20) }
          : null
      case 'image/gif':
        return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
      case 'image/webp':
        return webpSize(view, latin1(bytes, 30))
      case 'image/jpeg':
        return jpegSize(view)
    }
  } catch (error) {
    // The header ends before its size does.
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Three forms: lossy, lossless, and extended with a canvas of 24 bits a side. */
function webpSize(view: DataView, head: string): PixelSize | null {
  switch (head.slice(12, 16)) {
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    case 'VP8L': {
      const bits = view.getUint32(21, true)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X': {
      const side = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000 + 1
      return { width: side(24), height: side(27) }
    }
    default:
      return null
  }
}

/** The size stands in the first frame header; the segments before it say how long they are. */
function jpegSize(view: DataView): PixelSize | null {
  let at = 2
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) at += 1
    else if (isFrame(marker)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    else at += 2 + Math.max(2, view.getUint16(at + 2))
  }
}

/** C0 to CF but tables of codes (C4), a reserved one (C8) and conditions of arithmetic coding (CC). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}
