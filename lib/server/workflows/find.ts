import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cutText } from '@/lib/core/cut-text'
import type { FoundWorkflow, WorkflowSource } from '@/lib/core/ports'
import type { Store } from '@/lib/core/store'
import { parseScript, workflowName } from '@/lib/script/parse'
import { ScriptError } from '@/lib/script/script-error'
import { readScripts, readScript as readWorkspaceScript } from '@/lib/workspace/scripts'

/** A workflow that could be meant: where it stands, for people, and how a script may name it besides its own name. */
type Candidate = { place: string; names: readonly string[]; source: string }

/** A place where workflows stand. The first shelf that has the name is taken. */
export type Shelf = (workspaceRoot: string | null) => Promise<readonly Candidate[]>

/** Finds the workflows that scripts call: in the workspace, then on the other shelves in their order. */
export function createWorkflowSource(shelves: readonly Shelf[], digest: (text: string) => string): WorkflowSource {
  return {
    async find(reference, root) {
      if (reference.by === 'source') return read(reference.source, 'The script given to workflow()', digest)
      if (reference.by === 'path') {
        if (root === null)
          return { problem: `workflow({ scriptPath: ${quote(reference.path)} }) needs a workspace; this run has none.` }
        const file = await readWorkspaceScript(root, reference.path)
        return 'problem' in file ? file : read(file.source, reference.path, digest)
      }
      const seen: string[] = []
      const name = workflowName(reference.name)
      for (const shelf of shelves) {
        const candidates = (await shelf(root)).map((one) => ({ ...one, own: nameIn(one.source) }))
        const found = candidates.find(({ own }) => own === name) ?? candidates.find(({ names }) => names.includes(name))
        if (found !== undefined) return read(found.source, found.place, digest)
        seen.push(...candidates.flatMap(({ own }) => own ?? []))
      }
      const known = seen.length === 0 ? 'There are none.' : `There are: ${[...new Set(seen)].sort().join(', ')}.`
      return { problem: `There is no workflow ${quote(name)}. ${known}` }
    },
  }
}

/** The `.claude/workflows` of the workspace. */
export const workspaceShelf: Shelf = async (root) => {
  if (root === null) return []
  return (await readScripts(root)).map(({ path, source }) => ({
    place: `.claude/workflows/${path}`,
    names: fileNames(path),
    source,
  }))
}

/** The newest versions of what people saved or imported here. */
export function savedShelf({ workflows }: Pick<Store, 'workflows'>): Shelf {
  return async () =>
    (await workflows.list()).map(({ name, latest }) => ({
      place: `${name}, version ${latest.version}`,
      names: [],
      source: latest.source,
    }))
}

/** The workflows that ship with Skein. */
export function builtInShelf(installDir: string): Shelf {
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

function nameIn(source: string): string | null {
  try {
    return parseScript(source).meta.name
  } catch {
    return null
  }
}

function read(source: string, place: string, digest: (text: string) => string): FoundWorkflow | { problem: string } {
  try {
    return { name: parseScript(source).meta.name, source, digest: digest(source) }
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    const where = error.line === null ? '' : ` (line ${error.line}, column ${error.column ?? 1})`
    return { problem: `${place} cannot be run: ${error.message}${where}` }
  }
}

function quote(name: string): string {
  return JSON.stringify(cutText(name, 200))
}
