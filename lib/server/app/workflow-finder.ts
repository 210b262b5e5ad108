import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cutText } from '@/lib/core/base/cut-text'
import { defaultProject } from '@/lib/core/base/project'
import type { FoundWorkflow, Looking, WorkflowFinder } from '@/lib/core/ports/ports'
import type { Store } from '@/lib/core/ports/store'
import type { RunError } from '@/lib/core/spec/run'
import { workflowName } from '@/lib/script/parse'
import { readScripts, readScript as readWorkspaceScript } from '@/lib/workspace/scripts'
import type { SourceReader } from './read-source'

/** Most names listed when none matches the one that was asked for. */
const MOST_NAMED = 30

/**
 * A workflow that could be meant: its place, for people, and how a script may name it besides its own name.
 */
type Candidate = { place: string; names: readonly string[]; source: string }

/** A place to search for workflows. The first one that has the name is taken. */
export type WorkflowSource = (looking: Looking) => Promise<readonly Candidate[]>

/** Finds the workflows that scripts call: in the workspace, then in the other sources in their order. */
export function createWorkflowFinder(
  workflowSources: readonly WorkflowSource[],
  sources: SourceReader,
  digest: (text: string) => string,
): WorkflowFinder {
  const read = async (source: string, place: string): Promise<FoundWorkflow | { problem: string }> => {
    const reading = await sources.tryRead(source)
    if (!reading.ok) return { problem: `${place} cannot be run: ${placed(reading.problem)}` }
    const { name, phases, needs } = reading.read.meta
    return { name, source, digest: digest(source), phases, needs }
  }
  const nameIn = async (source: string): Promise<string | null> => {
    const reading = await sources.tryRead(source)
    return reading.ok ? reading.read.meta.name : null
  }
  return {
    async find(reference, looking) {
      if (reference.by === 'source') return read(reference.source, 'The script given to workflow()')
      if (reference.by === 'path') {
        const { workspaceRoot: root } = looking
        if (root === null)
          return {
            problem: `workflow({ scriptPath: ${quote(reference.path)} }) needs a workspace; this run has none.`,
          }
        const file = await readWorkspaceScript(root, reference.path)
        return 'problem' in file ? file : read(file.source, reference.path)
      }
      const seen: string[] = []
      const name = workflowName(reference.name)
      for (const workflowSource of workflowSources) {
        const candidates: (Candidate & { own: string | null })[] = []
        for (const one of await workflowSource(looking)) {
          looking.signal.throwIfAborted()
          candidates.push({ ...one, own: await nameIn(one.source) })
        }
        const found =
          candidates.find(({ own }) => own === name) ?? candidates.find(({ names }) => names.includes(name))
        if (found !== undefined) return read(found.source, found.place)
        seen.push(...candidates.flatMap(({ own }) => own ?? []))
      }
      const names = [...new Set(seen)].sort()
      const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
      const known =
        names.length === 0 ? 'There are none.' : `There are: ${names.slice(0, MOST_NAMED).join(', ')}${more}.`
      return { problem: `There is no workflow ${quote(name)}. ${known}` }
    },
  }
}

/** The `.claude/workflows` of the workspace. */
export const workspaceSource: WorkflowSource = async ({ workspaceRoot: root, signal }) => {
  if (root === null) return []
  return (await readScripts(root, signal)).map(({ path, source }) => ({
    place: `.claude/workflows/${path}`,
    names: fileNames(path),
    source,
  }))
}

/** The newest versions of what people saved or imported in the project of the run that looks. */
export function librarySource(store: Pick<Store, 'within' | 'projects'>): WorkflowSource {
  const libraryOf = async (runId: string) =>
    store.within((await store.projects.projectOfRun(runId)) ?? defaultProject).workflows.list()
  return async ({ owner }) =>
    (await libraryOf(owner)).map(({ name, latest }) => ({
      place: `${name}, version ${latest.version}`,
      names: [],
      source: latest.source,
    }))
}

/** The workflows that ship with Skein. */
export function builtInSource(installDir: string): WorkflowSource {
  const folder = join(installDir, 'lib', 'workflows')
  return async () => {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.js')).sort()
    return Promise.all(
      files.map(async (file) => ({
        place: file,
        names: fileNames(file),
        source: await readFile(join(folder, file), 'utf8'),
      })),
    )
  }
}

/** How a file may be called: by its path in the folder or its bare name, with and without its ending. */
function fileNames(path: string): string[] {
  const bare = path.split('/').at(-1) ?? path
  return [path, bare].flatMap((name) => [name, name.replace(/\.js$/, '')])
}

function placed({ message, line, column }: RunError): string {
  return line === null ? message : `${message} (line ${line}, column ${column ?? 1})`
}

function quote(name: string): string {
  return JSON.stringify(cutText(name, 200))
}
