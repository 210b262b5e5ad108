import { isUtf8 } from 'node:buffer'
import type { RunFile } from '@/lib/api/changes'
import { type FileDocument, usualLimits } from '@/lib/documents/document'
import { entryAt } from '@/lib/revisions/trees'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { fileBytes } from '@/lib/tools/documents/file-bytes'
import { getHead } from '../runs/read-run'

/** Lines told before and after the one that is meant. */
const LINES_BEFORE = 200
const MOST_LINES = 600
/** A longer line is cut: it is no place that a person reads. */
const MOST_CHARACTERS = 2_000

type Asked = { path: string; line?: number | undefined; page?: number | undefined }
type Found = Pick<RunFile, 'path' | 'from'> & { content: Uint8Array }

/** A file that a report names: of the run's files where it has some, else of its workspace as it is now. */
export async function getRunFile(
  app: App,
  runId: string,
  asked: Asked,
  signal: AbortSignal,
): Promise<RunFile> {
  const found = await fileOf(app, runId, asked.path)
  const { path, from, content } = found
  const rest = { ...{ path, from, bytes: content.length }, page: null, totalPages: null, problem: null }
  if (!content.includes(0) && isUtf8(content) && !isPdf(content)) {
    const lines = linesOf(Buffer.from(content).toString('utf8'))
    const line = asked.page === undefined ? (asked.line ?? null) : beginOfPage(lines, asked.page)
    return { ...rest, kind: 'text', line, ...around(lines, line) }
  }
  const asker = { owner: `${runId} places`, signal }
  const upload = { name: path.split('/').at(-1) ?? path, bytes: content, mediaType: null }
  const reading = await app.reading.documents.readFile(upload, usualLimits, asker)
  if (!reading.ok) return { ...rest, ...noLines, kind: 'binary', problem: reading.problem }
  return { ...rest, ...pageOf(reading.document, asked.page ?? 1) }
}

async function fileOf(app: App, runId: string, path: string): Promise<Found> {
  const { run } = await getHead(app, runId)
  if (run.workspace === null)
    throw new Refusal('conflict', 'This run works on no folder, so it has no files.')
  const { root } = run.workspace
  if (run.files !== null) {
    const { objects } = (await app.fileStores.of(root)).repository
    const entry = await entryAt(objects, run.files.tree, path)
    const object = entry?.kind === 'file' ? await objects.read(entry.blob) : null
    if (object !== null) return { path, from: 'run', content: object.bytes }
  }
  const found = await fileBytes(await app.openFolder(root), path)
  if (typeof found === 'string') throw new Refusal('not-found', found)
  return { path: found.path, from: 'workspace', content: found.bytes }
}

/** One may be all text by its bytes, and is none to read. */
function isPdf(content: Uint8Array): boolean {
  return Buffer.from(content.subarray(0, 5)).toString('latin1') === '%PDF-'
}

const noLines = { lines: [], firstLine: 1, totalLines: 0, line: null }

/** What was read of a page. A document without pages is one. */
function pageOf(document: FileDocument, page: number): Omit<RunFile, 'path' | 'from' | 'bytes'> {
  const kind = 'page'
  if (document.pages.length === 0 && document.kind !== 'pdf')
    return { ...noLines, kind: 'binary', page: null, totalPages: null, problem: null }
  const totalPages = document.kind === 'pdf' ? document.pageCount : 1
  const about = { kind, page, totalPages } as const
  if (page > totalPages) {
    const has = `The document has ${totalPages === 1 ? 'one page' : `${totalPages} pages`}`
    return { ...noLines, ...about, problem: `${has}, and no page ${page}.` }
  }
  const text = document.pages.find(({ number }) => number === page)?.text
  if (text === undefined)
    return { ...noLines, ...about, problem: 'The document is too long: this page of it was not read.' }
  if (text.trim() === '')
    return { ...noLines, ...about, problem: 'There is no text on this page: it is a picture, or empty.' }
  return { ...about, line: null, problem: null, ...around(linesOf(text), null) }
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/)
}

/** The line with which a page begins in a text that was made of a document; null where it names no such page. */
function beginOfPage(lines: readonly string[], page: number): number | null {
  const at = lines.findIndex((line) => line.startsWith(`[page ${page} of `) && line.endsWith(']'))
  return at === -1 ? null : at + 1
}

function around(all: readonly string[], line: number | null) {
  const start = Math.max(0, Math.min((line ?? 1) - 1 - LINES_BEFORE, all.length - MOST_LINES))
  const lines = all
    .slice(start, start + MOST_LINES)
    .map((text) => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text))
  return { lines, firstLine: start + 1, totalLines: all.length }
}
