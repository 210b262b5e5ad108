import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { decodeText, encodingOf, TextReader } from '@/lib/core/base/text-encoding'

/**
 * The text of a plain file of at most `mostBytes`, in UTF-8 or UTF-16; null when there is none. Links, pipes
 * and devices are not read: a workspace may name one like a file that is always looked for, and reading it
 * would never end. What is looked at is what was opened: the name may stand for something else a moment
 * later.
 */
export async function readSmallFile(path: string, mostBytes: number): Promise<string | null> {
  let file: FileHandle | null = null
  try {
    // Without O_NONBLOCK opening a pipe would wait for its writer.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const info = await file.stat()
    if (!info.isFile() || info.size > mostBytes) return null
    const bytes = await file.readFile()
    // What is no text is handed on as it is: the caller can say more of it than that it is missing.
    return decodeText(bytes)?.text ?? bytes.toString('utf8')
  } catch {
    return null
  } finally {
    await file?.close()
  }
}

/**
 * The beginning of a plain text file, at most `mostBytes` of it, and whether that is not all; null for what
 * is no text throughout, or cannot be opened as above.
 */
export async function readBeginning(
  path: string,
  mostBytes: number,
): Promise<{ text: string; isCut: boolean } | null> {
  let file: FileHandle | null = null
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const info = await file.stat()
    if (!info.isFile()) return null
    const buffer = Buffer.alloc(Math.min(mostBytes, info.size))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    const bytes = buffer.subarray(0, bytesRead)
    const encoding = encodingOf(bytes)
    if (encoding === null) return null
    // Read as a piece: a character that the end of the piece parts is no fault of the text.
    const reader = new TextReader(encoding)
    const text = reader.read(bytes)
    return reader.isExact ? { text, isCut: info.size > bytesRead } : null
  } catch {
    return null
  } finally {
    await file?.close()
  }
}
