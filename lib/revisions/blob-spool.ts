import { randomBytes } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { isThere } from './is-there'
import type { Repository } from './repository'

/** Where the bytes of a content stand in the spool: from which byte, and how many. */
export type SpoolPlace = { from: number; size: number }

/**
 * Contents one after another in one file, for whoever searches many of them: a file for each would take six
 * times as long to make. Made when somebody first asks, and kept until the repository is closed.
 */
export type BlobSpool = {
  /** The file, an absolute path; it is there once a place was given. */
  path: string
  /**
   * The places of contents, in the order asked; null for what is not stored. Of contents larger than `largest`
   * bytes only the size is told, and nothing is written.
   */
  placesOf(blobs: readonly { blob: string; size: number }[], largest: number): Promise<(SpoolPlace | null)[]>
}

/** Contents that are read before they are written together, in bytes and in number. */
const BYTES_AT_ONCE = 8_000_000
const BLOBS_AT_ONCE = 2_000

export function createBlobSpool({ objects, scratch }: Pick<Repository, 'objects' | 'scratch'>): BlobSpool {
  const folder = join(scratch, 'blobs')
  // Another name each time: who still reads the file of an earlier opening keeps it.
  const path = join(folder, `spool-${randomBytes(6).toString('hex')}`)
  const places = new Map<string, SpoolPlace>()
  let end = 0
  /** One writer at a time; it goes on after one that failed. */
  let last: Promise<unknown> = Promise.resolve()

  /** A place is told only after its bytes are in the file: what failed is written again, over what there is. */
  const write = async (blobs: readonly string[]) => {
    const found = await Promise.all(blobs.map((blob) => objects.read(blob)))
    const pieces: Buffer[] = []
    const added = new Map<string, SpoolPlace>()
    let to = end
    for (const [at, object] of found.entries()) {
      const blob = blobs[at]
      if (object?.type !== 'blob' || blob === undefined) continue
      const { bytes } = object
      added.set(blob, { from: to, size: bytes.length })
      pieces.push(bytes)
      to += bytes.length
    }
    await mkdir(folder, { recursive: true })
    const file = await open(path, end === 0 ? 'w' : 'r+', 0o600)
    try {
      const bytes = Buffer.concat(pieces)
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, end + done)
        done += bytesWritten
      }
    } finally {
      await file.close()
    }
    end = to
    for (const [blob, place] of added) places.set(blob, place)
  }

  const writeMissing = async (wanted: readonly { blob: string; size: number }[]) => {
    // Copies in scratch are cleared away now and then, while nobody works: they are made again.
    if (end > 0 && !(await isThere(path))) {
      places.clear()
      end = 0
    }
    let some: string[] = []
    let bytes = 0
    const missing = new Map(wanted.filter(({ blob }) => !places.has(blob)).map((one) => [one.blob, one.size]))
    for (const [blob, size] of missing) {
      some.push(blob)
      bytes += size
      if (some.length < BLOBS_AT_ONCE && bytes < BYTES_AT_ONCE) continue
      await write(some)
      some = []
      bytes = 0
    }
    if (some.length > 0) await write(some)
  }

  return {
    path,
    async placesOf(blobs, largest) {
      const fitting = blobs.filter(({ size }) => size <= largest)
      const writing = last.then(() => writeMissing(fitting))
      last = writing.catch(() => {})
      await writing
      return blobs.map(({ blob, size }) => (size > largest ? { from: 0, size } : (places.get(blob) ?? null)))
    },
  }
}
