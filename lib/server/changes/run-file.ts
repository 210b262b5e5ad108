import { isUtf8 } from 'node:buffer'
import type { RunFile } from '@/lib/api/changes'
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

/** A file that a report names: of the run's files where it has some, else of its workspace as it is now. */
export async function getRunFile(
  app: App,
  runId: string,
  { path, line }: { path: string; line?: number | undefined },
): Promise<RunFile> {
  const { run } = await getHead(app, runId)
  if (run.workspace === null)
    throw new Refusal('conflict', 'This run works on no folder, so it has no files.')
  const { root } = run.workspace
  if (run.files !== null) {
    const { objects } = (await app.fileStores.of(root)).repository
    const entry = await entryAt(objects, run.files.tree, path)
    const object = entry?.kind === 'file' ? await objects.read(entry.blob) : null
    if (object !== null) return told(path, 'run', object.bytes, line)
  }
  const found = await fileBytes(await app.openWorkspace(root), path)
  if (typeof found === 'string') throw new Refusal('not-found', found)
  return told(found.path, 'workspace', found.bytes, line)
}

function told(path: string, from: RunFile['from'], bytes: Uint8Array, line: number | undefined): RunFile {
  const rest = { path, from, bytes: bytes.length }
  if (bytes.includes(0) || !isUtf8(bytes))
    return { ...rest, kind: 'binary', lines: [], firstLine: 1, totalLines: 0 }
  const all = Buffer.from(bytes)
    .toString('utf8')
    .split(/\r\n|\n|\r/)
  const start = Math.max(0, Math.min((line ?? 1) - 1 - LINES_BEFORE, all.length - MOST_LINES))
  const lines = all
    .slice(start, start + MOST_LINES)
    .map((text) => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text))
  return { ...rest, kind: 'text', lines, firstLine: start + 1, totalLines: all.length }
}
