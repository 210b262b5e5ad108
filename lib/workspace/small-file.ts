import { lstat, readFile } from 'node:fs/promises'
import { decodeText } from '@/lib/core/text-encoding'

/**
 * The text of a plain file of at most `mostBytes`, in UTF-8 or UTF-16; null when there is none. Links, pipes and devices
 * are not read: a workspace may name one like a file that is always looked for, and reading it would never end.
 */
export async function readSmallFile(path: string, mostBytes: number): Promise<string | null> {
  try {
    const info = await lstat(path)
    if (!info.isFile() || info.size > mostBytes) return null
    const bytes = await readFile(path)
    // What is no text is handed on as it is: whoever asked can say more of it than that it is not there.
    return decodeText(bytes)?.text ?? bytes.toString('utf8')
  } catch {
    return null
  }
}
