import { builtInTypes } from '@/lib/core/agent/agent-type'
import type { App } from '@/lib/server/app/app'
import { builtIns } from '@/lib/server/app/built-in'
import { openAgentTypes } from '@/lib/workspace/agent-types'
import { readScripts } from '@/lib/workspace/scripts'

/**
 * What a folder brings that takes the place of something everybody knows: a workflow under a name of the
 * library, an agent type under the name of a built-in one. Somebody who launches on an untrusted folder should see
 * it before it runs.
 */
export async function replacedByWorkspace(app: App, root: string, signal: AbortSignal): Promise<string[]> {
  return [...(await replacedWorkflows(app, root, signal)), ...(await replacedTypes(app, root, signal))]
}

async function replacedWorkflows(app: App, root: string, signal: AbortSignal): Promise<string[]> {
  const scripts = await readScripts(root, signal)
  if (scripts.length === 0) return []
  const shipped = new Set((await builtIns(app)).map(({ read }) => read.meta.name))
  const saved = new Set((await app.store.workflows.list()).map(({ name }) => name))
  const notes: string[] = []
  for (const { path, source } of scripts) {
    signal.throwIfAborted()
    const reading = await app.sources.tryRead(source)
    const name = reading.ok ? reading.read.meta.name : null
    if (name === null || !(shipped.has(name) || saved.has(name))) continue
    const other = shipped.has(name) ? 'the built-in one' : 'the one in the library'
    notes.push(
      `The folder has its own workflow “${name}” (.claude/workflows/${path}): workflow() runs it instead of ${other}.`,
    )
  }
  return notes
}

async function replacedTypes(app: App, root: string, signal: AbortSignal): Promise<string[]> {
  const types = openAgentTypes({
    root,
    home: null,
    readHeads: (heads, stop) => app.untrusted.readHeads(heads, { owner: `${root} heads`, signal: stop }),
  })
  const notes: string[] = []
  for (const builtIn of builtInTypes) {
    const found = await types.find(builtIn.name, signal)
    if (found.kind === 'found' && found.type === builtIn) continue
    notes.push(
      `The folder has its own agent type “${builtIn.name}” (.claude/agents): agents of that type get its instructions instead of the built-in ones.`,
    )
  }
  return notes
}
