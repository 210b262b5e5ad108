import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Source, sourceSchema } from '@/lib/api/sources'
import { oneByOne } from '@/lib/server/access/in-turn'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { sourcesFolder } from '@/lib/server/services/sources-folder'

const isId = (id: string) => /^[0-9a-f-]{36}$/.test(id)

function placeOf(app: App, id: string): string {
  return join(sourcesFolder(app.env.dataDir), id)
}

/** The folder of a source that agents read. */
export function filesFolder(app: App, id: string): string {
  return join(placeOf(app, id), 'files')
}

/** All sources, newest first. What cannot be read is none. */
export async function listSources(app: App): Promise<{ sources: Source[] }> {
  const ids = await readdir(sourcesFolder(app.env.dataDir)).catch(() => [])
  const found = await Promise.all(ids.filter(isId).map((id) => sourceAt(app, id)))
  const sources = found.filter((one) => one !== null)
  return { sources: sources.sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1)) }
}

/** One source. Throws where there is none of this id. */
export async function getSource(app: App, id: string): Promise<Source> {
  const source = isId(id) ? await sourceAt(app, id) : null
  if (source === null) throw new Refusal('not-found', `There is no source ${id.slice(0, 60)}.`)
  return source
}

async function sourceAt(app: App, id: string): Promise<Source | null> {
  const text = await readFile(join(placeOf(app, id), 'source.json'), 'utf8').catch(() => null)
  if (text === null) return null
  const { data } = sourceSchema.safeParse(parsed(text))
  return data?.project === app.project ? data : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Begins a source that holds nothing yet. */
export async function newSource(app: App, kind: Source['kind'], name: string): Promise<Source> {
  const id = randomUUID()
  const path = filesFolder(app, id)
  await mkdir(path, { recursive: true, mode: 0o700 })
  const createdAt = new Date(app.now()).toISOString()
  return {
    id,
    name,
    path,
    kind,
    createdAt,
    project: app.project,
    bytes: 0,
    files: [],
    problems: [],
    repository: null,
  }
}

/** Keeps what is known of a source; all of it or nothing. */
export async function saveSource(app: App, source: Source): Promise<void> {
  const path = join(placeOf(app, source.id), 'source.json')
  const unfinished = `${path}.${randomUUID()}`
  await writeFile(unfinished, JSON.stringify(source), { mode: 0o600 })
  await rename(unfinished, path)
}

/** Keeps a file of a source: what agents read, and the bytes that were given where they differ. */
export async function keepFile(
  app: App,
  id: string,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const absolute = join(filesFolder(app, id), path)
  await mkdir(dirname(absolute), { recursive: true, mode: 0o700 })
  await writeFile(absolute, content, { mode: 0o600 })
}

/** Deletes a source, unless a run works on it. */
export function deleteSource(app: App, id: string): Promise<void> {
  return oneByOne(app.whole, lineOf(id), async () => {
    const source = await getSource(app, id)
    const user = app.engine
      .activeRuns()
      .find(({ journal }) => journal.state.run.workspace?.root === source.path)
    if (user !== undefined)
      throw new Refusal('conflict', `The run ${user.id} works on it. Cancel it, or wait for its end.`)
    await discard(app, id)
  })
}

/** What changes to one source are done in turn by: its list of files is read, added to and written. */
export function lineOf(id: string): string {
  return `source ${id}`
}

/** Removes the folder of a source. */
export async function discard(app: App, id: string): Promise<void> {
  await rm(placeOf(app, id), { recursive: true, force: true, maxRetries: 3 })
}
