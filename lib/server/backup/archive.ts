import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'

// A backup is a plain tar archive, so that it can be looked into without Skein. Its entries have short names
// of our own; where each belongs says the manifest.

/** Why a backup cannot be made or restored; the message says what to do about it. */
export class BackupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BackupError'
  }
}

const BLOCK = 512
const CHUNK = 1 << 20

/** Where the fields of a header lie (POSIX ustar). */
const fields = { name: 0, mode: 100, size: 124, sum: 148, kind: 156, magic: 257 }

/** Sizes of at least this are written in base 256, as GNU and BSD tar do. */
const MOST_OCTAL = 0o100000000000

/** What was written or read of an entry. */
export type Entry = { name: string; bytes: number; sha256: string }

/** Appends an entry of so many bytes. Throws when what is given holds another number. */
export async function addEntry(
  archive: FileHandle,
  name: string,
  bytes: number,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<Entry> {
  await writeWhole(archive, headerOf(name, bytes))
  const digest = createHash('sha256')
  let written = 0
  for await (const chunk of content) {
    digest.update(chunk)
    await writeWhole(archive, chunk)
    written += chunk.length
  }
  if (written !== bytes) throw new BackupError('A file was changed while it was read. Make the backup again.')
  await writeWhole(archive, Buffer.alloc(padding(bytes)))
  return { name, bytes, sha256: digest.digest('hex') }
}

/** Ends an archive. */
export async function endArchive(archive: FileHandle): Promise<void> {
  await writeWhole(archive, Buffer.alloc(2 * BLOCK))
}

/**
 * Reads an archive from its beginning and gives every entry with its digest; `take` is given the bytes of each,
 * in order. Throws `BackupError` where it is cut off or is none.
 */
export async function readArchive(
  path: string,
  take: (name: string, bytes: Buffer) => Promise<void> | void,
): Promise<Entry[]> {
  const archive = await open(path, 'r').catch((cause) => {
    throw new BackupError(`The backup ${path} cannot be read.`, { cause })
  })
  try {
    const entries: Entry[] = []
    for (;;) {
      const header = parseHeader(await readExactly(archive, BLOCK))
      if (header === null) return entries
      entries.push(await readEntry(archive, header, take))
    }
  } finally {
    await archive.close()
  }
}

async function readEntry(
  archive: FileHandle,
  { name, bytes }: { name: string; bytes: number },
  take: (name: string, bytes: Buffer) => Promise<void> | void,
): Promise<Entry> {
  const digest = createHash('sha256')
  // Also of an empty entry, which is a file too.
  if (bytes === 0) await take(name, Buffer.alloc(0))
  for (let left = bytes; left > 0; left -= CHUNK) {
    const chunk = await readExactly(archive, Math.min(left, CHUNK))
    digest.update(chunk)
    await take(name, chunk)
  }
  await readExactly(archive, padding(bytes))
  return { name, bytes, sha256: digest.digest('hex') }
}

function headerOf(name: string, bytes: number): Buffer {
  const header = Buffer.alloc(BLOCK)
  header.write(name, fields.name)
  header.write('0000600\0', fields.mode)
  if (bytes < MOST_OCTAL) header.write(bytes.toString(8).padStart(11, '0'), fields.size)
  else {
    header[fields.size] = 0x80
    header.writeBigUInt64BE(BigInt(bytes), fields.size + 4)
  }
  header.write('0', fields.kind)
  header.write('ustar\x0000', fields.magic)
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, fields.sum)
  return header
}

/** Name and size; null at the end of the archive. */
function parseHeader(header: Buffer): { name: string; bytes: number } | null {
  if (header.every((byte) => byte === 0)) return null
  const sum = Number.parseInt(textAt(header, fields.sum, 8), 8)
  if (sum !== sumOf(header))
    throw new BackupError('This is no backup of Skein, or it was changed. Take another one.')
  const isLarge = header[fields.size] === 0x80
  const bytes = isLarge
    ? Number(header.readBigUInt64BE(fields.size + 4))
    : Number.parseInt(textAt(header, fields.size, 12), 8)
  return { name: textAt(header, fields.name, 100), bytes }
}

function textAt(header: Buffer, from: number, length: number): string {
  return header.toString('utf8', from, from + length).split('\0', 1)[0] ?? ''
}

/** The sum of a header's bytes, its own field counted as eight blanks. */
function sumOf(header: Buffer): number {
  let sum = 8 * 0x20
  header.forEach((byte, index) => {
    if (index < fields.sum || index >= fields.sum + 8) sum += byte
  })
  return sum
}

function padding(bytes: number): number {
  return (BLOCK - (bytes % BLOCK)) % BLOCK
}

async function writeWhole(archive: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await archive.write(bytes, at)).bytesWritten
}

async function readExactly(archive: FileHandle, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes)
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await archive.read(buffer, at, bytes - at)
    if (bytesRead === 0) throw new BackupError('The backup is cut off. Take another one.')
    at += bytesRead
  }
  return buffer
}
