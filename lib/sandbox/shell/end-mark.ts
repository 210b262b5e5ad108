/** How a command ended, as the driver tells it. */
export type Mark = { exitCode: number; folder: string }

/** What a piece of output comes to: bytes of the command, and its end once that was met. */
export type Scanned = { content: Buffer; mark: Mark | null; rest: Buffer }

/** A folder's path is at most 4,096 bytes long; what goes on for longer was no mark. */
const MOST_MARK_BYTES = 4_300
const nothing = Buffer.alloc(0)

/** Finds the end of a command in its output, which comes in pieces cut anywhere. */
export function createMarkScanner(word: string): (piece: Buffer) => Scanned {
  const start = Buffer.from(`\0${word} `)
  let held: Buffer = nothing

  return (piece) => {
    const bytes = held.length === 0 ? piece : Buffer.concat([held, piece])
    held = nothing
    const at = bytes.indexOf(start)
    if (at < 0) return hold(bytes, beginOfMark(bytes, start))
    const end = bytes.indexOf(0, at + start.length)
    if (end < 0 && bytes.length - at < MOST_MARK_BYTES) return hold(bytes, at)
    const told = /^(\d+) (.*)$/s.exec(bytes.toString('utf8', at + start.length, Math.max(end, at)))
    if (told === null) return { content: bytes, mark: null, rest: nothing }
    const mark = { exitCode: Number(told[1]), folder: told[2] ?? '/' }
    return { content: bytes.subarray(0, at), mark, rest: bytes.subarray(end + 1) }
  }

  function hold(bytes: Buffer, from: number): Scanned {
    held = Buffer.from(bytes.subarray(from))
    return { content: bytes.subarray(0, from), mark: null, rest: nothing }
  }
}

/** Where the beginning of a mark may stand at the end of a piece; the piece's length where it does not. */
function beginOfMark(bytes: Buffer, start: Buffer): number {
  const from = Math.max(0, bytes.length - start.length + 1)
  for (let at = bytes.indexOf(0, from); at >= 0; at = bytes.indexOf(0, at + 1))
    if (start.subarray(0, bytes.length - at).equals(bytes.subarray(at))) return at
  return bytes.length
}
