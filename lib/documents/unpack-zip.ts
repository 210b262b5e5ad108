import { shownPath } from '@/lib/core/base/path-names'
import { type DocumentLimits, Unreadable, type UnreadEntry } from './document'
import type { UnpackedZip, Upload } from './document-protocol'
import { kindOf } from './kind-of'
import { readDocx } from './read-docx'
import { Inflater, readDirectory, TooMuch, type ZipDirectory } from './zip-directory'

/** Files that systems put beside those of people. */
const ofSystems = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$)/

/** What tells an office document from a zip of files, and what to do with those that are not read. */
const office = {
  'word/document.xml': null,
  'xl/workbook.xml': 'The file is an Excel workbook. Save its sheets as CSV.',
  'ppt/presentation.xml': 'The file is a PowerPoint presentation. Save it as PDF.',
  mimetype: 'The file is an OpenDocument or an EPUB. Save it as PDF or as DOCX.',
} as const

export type Unpacked =
  | { kind: 'docx'; html: string }
  | { kind: 'zip'; entries: Upload[]; unread: UnreadEntry[] }

/**
 * A zip as what it is: a Word document as HTML, or files to be read one by one. Throws `Unreadable` for other
 * office documents, for a zip that is broken or too much, and for one that is not to be opened.
 */
export async function unpackZip(
  bytes: Uint8Array,
  limits: DocumentLimits,
  opensZips: boolean,
): Promise<Unpacked> {
  const directory = readDirectory(bytes, limits.entries)
  const inflater = new Inflater(bytes, limits)
  const names = new Set(directory.entries.map(({ name }) => name))
  for (const [name, problem] of Object.entries(office)) {
    if (!names.has(name)) continue
    if (problem !== null) throw new Unreadable(problem)
    return { kind: 'docx', html: await readDocx(directory, inflater) }
  }
  if (!opensZips) throw new Unreadable('It is a zip, which is not opened here.')
  return { kind: 'zip', ...filesOf(directory, inflater) }
}

function filesOf(directory: ZipDirectory, inflater: Inflater): Pick<UnpackedZip, 'entries' | 'unread'> {
  const entries: Upload[] = []
  const unread = [...directory.unread]
  for (const entry of directory.entries) {
    if (ofSystems.test(entry.name)) continue
    const { name } = entry
    try {
      const upload = { name, bytes: inflater.inflate(entry), mediaType: null }
      if (isNestedZip(upload)) unread.push({ name, why: 'It is a zip inside a zip, which is not opened.' })
      else entries.push(upload)
    } catch (error) {
      if (!(error instanceof Unreadable) || error instanceof TooMuch) throw error
      unread.push({ name: shownPath(name), why: error.message })
    }
  }
  return { entries, unread }
}

/** A Word document is a zip too, and is opened. */
function isNestedZip(upload: Upload): boolean {
  return kindOf(upload) === 'zip' && !/\.docx$/i.test(upload.name)
}
