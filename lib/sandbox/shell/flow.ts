import type { Readable } from 'node:stream'
import type { Timeline } from '@/lib/core/ports/clock'

/** Read at once, before others have their turn. */
const BURST_BYTES = 1024 * 1024
/** Pauses between bursts: 50 MB a second while it is kept, 5 MB a second once it is only counted. */
const PAUSE_MS = 20
const PAUSE_WHEN_FULL_MS = 200

/**
 * Hands on what a stream gives, no faster than the server can take beside its work: who prints without end
 * waits for us. `isFull` says whether anything of it is still kept.
 */
export function readInBursts(
  stream: Readable,
  awake: Timeline,
  isFull: () => boolean,
  take: (piece: Buffer) => void,
): void {
  let burst = 0
  stream.on('data', (piece: Buffer) => {
    take(piece)
    burst += piece.length
    if (burst < BURST_BYTES) return
    stream.pause()
    awake.after(isFull() ? PAUSE_WHEN_FULL_MS : PAUSE_MS, () => {
      burst = 0
      stream.resume()
    })
  })
}
