import { closeSync, readFile } from 'node:fs'
import { promisify } from 'node:util'
import { shownPath } from '@/lib/core/base/path-names'
import { sizeWords } from '@/lib/core/base/size-words'
import { usualLimits } from '@/lib/documents/document'
import { openInside } from '../open-inside'
import type { WorkspaceFiles } from '../workspace-files'

const readDescriptor = promisify<number, Buffer>(readFile)

/** The bytes of a file as documents are read, with its real path; or why there are none, in a sentence. */
export async function fileBytes(
  files: Pick<WorkspaceFiles, 'locate'>,
  path: string,
): Promise<{ path: string; bytes: Uint8Array } | string> {
  const place = await files.locate(path)
  if (!place.ok) return place.reason
  const name = shownPath(place.path)
  if (place.kind === 'folder') return `${name} is a folder.`
  if (place.size > usualLimits.bytes)
    return `${name} has ${sizeWords(place.size)}; at most ${sizeWords(usualLimits.bytes)} are read.`
  const file = openInside(place.absolute)
  if (file === null) return `${name} cannot be opened.`
  try {
    return { path: place.path, bytes: await readDescriptor(file) }
  } catch {
    return `${name} cannot be read.`
  } finally {
    closeSync(file)
  }
}
