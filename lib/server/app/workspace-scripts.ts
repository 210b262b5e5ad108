import { readdir, readFile } from 'node:fs/promises'
import type { SourceProblem } from '@/lib/api/workflows'
import { decodeText } from '@/lib/core/base/text-encoding'
import type { OpenFolder } from '@/lib/workspace/workspace'
import type { App } from './app'

/** Where the dialect keeps its scripts in a repository. */
const FOLDER = '.claude/workflows'

/** Larger files are not read at all; a script has at most two million characters. */
const MOST_BYTES = 8_000_000
const MOST_BYTES_IN_ALL = 64_000_000
const MOST_FILES = 500

export type WorkspaceScript = {
  /** Relative to the folder that was opened. */
  fileName: string
  file: { ok: true; source: string } | { ok: false; problem: SourceProblem }
}

/**
 * Every script a folder keeps for Claude Code, by file name; none when it keeps none. Throws when the folder
 * itself may not be opened. A file that cannot be read is told of and does not hide the others.
 */
export async function workspaceScripts(app: App, path: string): Promise<WorkspaceScript[]> {
  const folder = await app.readers.enter({
    path,
    roots: app.folders.list(),
    deny: [app.env.dataDir],
    privateNames: app.env.privateNames,
  })
  return app.readers.during(folder.root, new AbortController().signal, () => scriptsIn(folder))
}

async function scriptsIn(folder: OpenFolder): Promise<WorkspaceScript[]> {
  const place = await folder.locate(FOLDER)
  if (!place.ok || place.kind !== 'folder') return []
  const names = (await readdir(place.absolute)).filter((name) => name.endsWith('.js')).sort()
  const scripts: WorkspaceScript[] = []
  let bytesLeft = MOST_BYTES_IN_ALL
  for (const name of names.slice(0, MOST_FILES)) {
    const script = await readOne(folder, `${FOLDER}/${name}`, bytesLeft)
    if (script.file.ok) bytesLeft -= script.file.source.length
    scripts.push(script)
  }
  return scripts
}

async function readOne(folder: OpenFolder, fileName: string, bytesLeft: number): Promise<WorkspaceScript> {
  const located = await folder.locate(fileName)
  if (!located.ok) return refused(fileName, located.reason)
  if (located.kind !== 'file') return refused(fileName, 'It is not a file.')
  if (located.size > MOST_BYTES) return refused(fileName, `It is larger than ${MOST_BYTES / 1_000_000} MB.`)
  if (located.size > bytesLeft)
    return refused(fileName, 'It is not read, since the files before it are too large already.')
  const decoded = decodeText(await readFile(located.absolute))
  if (decoded === null || !decoded.isExact) return refused(fileName, 'It is not text. Save it as UTF-8.')
  return { fileName, file: { ok: true, source: decoded.text } }
}

function refused(fileName: string, message: string): WorkspaceScript {
  return { fileName, file: { ok: false, problem: { message, line: null, column: null } } }
}
