import { likePath, shownPath } from '@/lib/core/base/path-names'
import { pagesAsText } from './content-blocks'
import type { AnyDocument, FileDocument } from './document'

/** A file of the virtual folder in which agents find documents: its path below that folder, and its text. */
export type DocumentFile = { path: string; text: string; documentId: string }

/**
 * Documents as text files: Markdown where their form was read, with a line where each page of a PDF begins.
 * Each has a path of its own, and none that leads elsewhere; files of a zip are in a folder of its name.
 */
export function documentFiles(documents: readonly AnyDocument[]): DocumentFile[] {
  const taken = new Set<string>()
  return documents.flatMap((document) => {
    if (document.kind !== 'zip') return [fileOf(document, document.name.split(/[\\/]/).at(-1) ?? '', taken)]
    const folder = safePart(
      document.name
        .split(/[\\/]/)
        .at(-1)
        ?.replace(/\.zip$/i, '') ?? '',
    )
    return document.documents.map((one) => fileOf(one, `${folder}/${one.name}`, taken))
  })
}

function fileOf(document: FileDocument, name: string, taken: Set<string>): DocumentFile {
  const path = name.split('/').map(safePart).join('/')
  return { path: freePath(path, taken), text: textOf(document), documentId: document.id }
}

function textOf(document: FileDocument): string {
  const notes = document.notes.map((note) => `[${note}]\n`).join('')
  if (document.kind !== 'image') return `${notes}${pagesAsText(document, null)}`
  return `${notes}[image, ${document.width} × ${document.height} pixels: it is beside this text, to be looked at]\n`
}

/** A part of a path that is a name: nothing that leads up, hides or cannot be shown. */
function safePart(part: string): string {
  const shown = shownPath(part).replaceAll('\\', '_').replace(/^\.+/, '').trim()
  return shown === '' ? 'document' : shown
}

function freePath(path: string, taken: Set<string>): string {
  for (let copy = 1; ; copy += 1) {
    const free = `${path}${copy === 1 ? '' : `-${copy}`}.md`
    const key = likePath(free).toLowerCase()
    if (taken.has(key)) continue
    taken.add(key)
    return free
  }
}
