import type { QuotedPlace } from '@/lib/core/agent/quoted'
import { shownPath } from '@/lib/core/base/path-names'
import type { FoundQuotes } from '@/lib/core/ports/ports'
import { type FileDocument, usualLimits } from '@/lib/documents/document'
import type { DocumentReader } from '@/lib/documents/document-reader'
import type { QuotePlace } from '@/lib/documents/find-quote'
import type { WorkspaceFiles } from '../workspace-files'
import { fileBytes } from './file-bytes'

/** What reads documents, and for whom: owners take turns. */
export type QuoteReader = { documents: DocumentReader; owner: string }

/**
 * Looks quotes up in a file of the workspace: text, Markdown, HTML, Word or PDF. A page of HTML is looked in as it
 * is read and as it is written. Never throws for what a file may be.
 */
export async function findQuotesIn(
  files: WorkspaceFiles,
  source: string,
  quotes: readonly string[],
  { documents, owner }: QuoteReader,
  signal: AbortSignal,
): Promise<FoundQuotes> {
  const file = await fileBytes(files, source)
  if (typeof file === 'string') return { ok: false, problem: file }
  const { bytes } = file
  const asker = { owner, signal }
  const name = source.split('/').at(-1) ?? source
  const look = async (as: string) => {
    const reading = await documents.readFile({ name: as, bytes, mediaType: null }, usualLimits, asker)
    if (!reading.ok) return reading
    const found = await documents.findQuotes(reading.document, quotes, asker)
    return found.ok ? { ...found, document: reading.document } : found
  }
  const found = await look(name)
  if (!found.ok) return { ok: false, problem: `${shownPath(source)}: ${found.problem}` }
  if (found.document.pages.length === 0)
    return { ok: false, problem: `${shownPath(source)} holds no text to look in.` }
  const places = found.places.map((place) => placeIn(found.document, place))
  if (found.document.kind !== 'html') return { ok: true, places }
  const written = await look('page.md')
  return {
    ok: true,
    places: places.map((place, at) => {
      const inSource = written.ok ? placeIn(written.document, written.places[at] ?? null) : null
      return inSource ?? place
    }),
  }
}

/** Kinds whose one page is the file as it is written, so that lines of it are lines of the file. */
const writtenKinds = new Set<FileDocument['kind']>(['text', 'markdown', 'csv', 'tsv'])

function placeIn(document: FileDocument, place: QuotePlace | null): QuotedPlace | null {
  if (place === null) return null
  const isExact = place.exactness === 'exact'
  const page = document.kind === 'pdf' ? place.page : null
  const text = document.pages.find(({ number }) => number === place.page)?.text ?? ''
  if (!writtenKinds.has(document.kind)) return { page, line: null, endLine: null, isExact }
  const line = text.slice(0, place.start).split('\n').length
  const endLine = line + text.slice(place.start, place.end).split('\n').length - 1
  return { page, line, endLine, isExact }
}
