import { inflateRawSync } from 'node:zlib'
import { likePath, shownPath } from '@/lib/core/base/path-names'
import { sizeWords } from '@/lib/core/base/size-words'
import { type DocumentLimits, Unreadable, type UnreadEntry } from './document'

/** A file of a zip, by what the directory at its end says. Nothing of it is believed before it is inflated. */
export type ZipEntry = {
  name: string
  method: number
  packedBytes: number
  /** Where its own header begins. */
  offset: number
}

export type ZipDirectory = { entries: ZipEntry[]; unread: UnreadEntry[] }

type RawEntry = ZipEntry & { flags: number; madeBy: number; attributes: number; rawName: Uint8Array }

const END_MARK = 0x06054b50
const ENTRY_MARK = 0x02014b50
const LOCAL_MARK = 0x04034b50
/** The end of a zip is followed by a comment of this length at most. */
const MOST_END_BYTES = 22 + 0xffff
const LINK = 0xa000
const broken = 'The zip is broken.'

/**
 * What a zip says it holds. Files whose name leads elsewhere, is no text or is another's, links and locked
 * files are named among the unread. Throws `Unreadable` for a zip that is broken or holds too many files.
 */
export function readDirectory(bytes: Uint8Array, mostEntries: number): ZipDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return sortOut(rawEntries(view, bytes, mostEntries))
  } catch (error) {
    if (error instanceof RangeError) throw new Unreadable(broken, { cause: error })
    throw error
  }
}

function rawEntries(view: DataView, bytes: Uint8Array, mostEntries: number): RawEntry[] {
  const end = endOf(view)
  const count = view.getUint16(end + 10, true)
  // A count of 65,535 may be a larger one that stands elsewhere.
  if (count > mostEntries)
    throw new Unreadable(`The zip holds more than ${mostEntries.toLocaleString('en')} files.`)
  const entries: RawEntry[] = []
  let at = view.getUint32(end + 16, true)
  for (let index = 0; index < count; index += 1) {
    if (view.getUint32(at, true) !== ENTRY_MARK) throw new Unreadable(broken)
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) =>
      view.getUint16(at + field, true),
    )
    const rawName = bytes.subarray(at + 46, at + 46 + (nameBytes ?? 0))
    entries.push({
      name: '',
      rawName,
      madeBy: view.getUint16(at + 4, true) >> 8,
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      attributes: view.getUint32(at + 38, true),
      offset: view.getUint32(at + 42, true),
    })
    at += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0)
  }
  return entries
}

function endOf(view: DataView): number {
  const first = Math.max(0, view.byteLength - MOST_END_BYTES)
  for (let at = view.byteLength - 22; at >= first; at -= 1)
    if (view.getUint32(at, true) === END_MARK) return at
  throw new Unreadable('The zip is cut off: its list of files is missing.')
}

function sortOut(raw: readonly RawEntry[]): ZipDirectory {
  const directory: ZipDirectory = { entries: [], unread: [] }
  const seen = new Set<string>()
  for (const { rawName, flags, madeBy, attributes, ...entry } of raw) {
    const name = utf8(rawName)
    const shown = shownPath(name ?? Buffer.from(rawName).toString('latin1'))
    // A folder is no file, and says nothing that its files do not.
    if (shown.endsWith('/')) continue
    const why = whyNot({
      name,
      seen,
      flags,
      isLink: madeBy === 3 && attributes >>> 16 >= LINK && ((attributes >>> 16) & 0xf000) === LINK,
    })
    if (why === null && name !== null) {
      seen.add(likePath(name).toLowerCase())
      directory.entries.push({ ...entry, name })
    } else directory.unread.push({ name: shown, why: why ?? broken })
  }
  return directory
}

type Candidate = { name: string | null; seen: ReadonlySet<string>; flags: number; isLink: boolean }

function whyNot({ name, seen, flags, isLink }: Candidate): string | null {
  if (name === null) return 'Its name is not UTF-8.'
  if (/^\/|^[a-z]:|\\/i.test(name)) return 'Its name is a path on one machine.'
  if (name.split('/').some((part) => part === '..' || part === '.' || part === ''))
    return 'Its name leads out of the zip.'
  if (shownPath(name) !== name) return 'Its name holds characters that cannot be shown.'
  if (seen.has(likePath(name).toLowerCase())) return 'Another file has the same name.'
  if (isLink) return 'It is a link.'
  return (flags & 1) === 1 ? 'It is locked with a password.' : null
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Inflates files of a zip until they are too much together, counted as they are inflated. */
export class Inflater {
  readonly #bytes: Uint8Array
  readonly #limits: Pick<DocumentLimits, 'expandedBytes' | 'expansion'>
  #left: number

  constructor(bytes: Uint8Array, limits: Pick<DocumentLimits, 'expandedBytes' | 'expansion'>) {
    this.#bytes = bytes
    this.#limits = limits
    this.#left = limits.expandedBytes
  }

  /** The bytes of a file. Throws `Unreadable`: for this file when it is broken, for all when they are too much. */
  inflate(entry: ZipEntry): Uint8Array<ArrayBuffer> {
    const packed = this.#packed(entry)
    const most = Math.min(this.#left, Math.max(packed.length, 1_000) * this.#limits.expansion)
    const bytes = entry.method === 0 ? Uint8Array.from(packed) : this.#unpack(entry, packed, most)
    if (bytes.length > most) throw new TooMuch(this.#tooMuch())
    this.#left -= bytes.length
    return bytes
  }

  #packed({ offset, packedBytes, method }: ZipEntry): Uint8Array {
    if (method !== 0 && method !== 8) throw new Unreadable('It is packed in a way that is not known.')
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
    if (offset + 30 > view.byteLength || view.getUint32(offset, true) !== LOCAL_MARK)
      throw new Unreadable('It is broken.')
    const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
    if (start + packedBytes > view.byteLength) throw new Unreadable('It is cut off.')
    return this.#bytes.subarray(start, start + packedBytes)
  }

  #unpack({ name }: ZipEntry, packed: Uint8Array, most: number): Uint8Array<ArrayBuffer> {
    try {
      // One more, so that what is exactly as much as it may be is not mistaken for what is cut there.
      return Uint8Array.from(inflateRawSync(packed, { maxOutputLength: most + 1 }))
    } catch (error) {
      if (isTooLarge(error)) throw new TooMuch(`${this.#tooMuch()} It is at ${shownPath(name)}.`)
      throw new Unreadable('It is broken.', { cause: error })
    }
  }

  #tooMuch(): string {
    const { expandedBytes, expansion } = this.#limits
    return `The zip unfolds to more than ${sizeWords(expandedBytes)}, or a file of it to more than ${expansion} times its size, and was not read.`
  }
}

/** A zip that is too much as a whole. */
export class TooMuch extends Unreadable {}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}
