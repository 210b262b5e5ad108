import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorkflowDetail, WorkflowSummary } from '@/lib/api/workflows'
import { parseScript } from '@/lib/script/parse'
import { staticCalls } from '@/lib/script/plan'
import type { App } from '@/lib/server/app'
import { Refusal } from '@/lib/server/problem'

/** Workflows that ship with Skein, by name. They are files in the same dialect users write. */
export async function listWorkflows(app: App): Promise<WorkflowSummary[]> {
  const folder = join(app.env.installDir, 'lib', 'workflows')
  const files = (await readdir(folder)).filter((file) => file.endsWith('.js')).sort()
  return Promise.all(files.map(async (file) => summary(await readFile(join(folder, file), 'utf8'))))
}

/** One workflow with its source and its plan. Throws a refusal that names what there is. */
export async function getWorkflow(app: App, name: string): Promise<WorkflowDetail> {
  const folder = join(app.env.installDir, 'lib', 'workflows')
  const names: string[] = []
  for (const file of (await readdir(folder)).filter((entry) => entry.endsWith('.js'))) {
    const script = await readFile(join(folder, file), 'utf8')
    const known = summary(script)
    if (known.name === name || file === `${name}.js`) return detailOf(app, script)
    names.push(known.name)
  }
  throw new Refusal(
    'not-found',
    `There is no workflow ${JSON.stringify(name)}. There are: ${names.sort().join(', ')}.`,
    [{ path: 'workflow', message: 'is not in the library' }],
  )
}

/** A script as the library would show it. Throws `ScriptError`. */
export function detailOf(app: App, script: string): WorkflowDetail {
  const { meta, program } = parseScript(script)
  return {
    ...summary(script),
    script,
    digest: app.digest(script),
    argsSchema: meta.argsSchema,
    calls: staticCalls(program),
  }
}

function summary(script: string): WorkflowSummary {
  const { name, description, whenToUse, phases } = parseScript(script).meta
  return { name, description, whenToUse, phases, source: 'built-in' }
}
