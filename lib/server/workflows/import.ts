import type { ImportedFile, ImportReport, SourceProblem, WorkflowImport } from '@/lib/api/workflows'
import type { Actor } from '@/lib/core/base/actor'
import { cutText } from '@/lib/core/base/cut-text'
import { isNamed } from '@/lib/core/base/named-error'
import type { ScriptError } from '@/lib/script/script-error'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { workspaceScripts } from '../app/workspace-scripts'
import { readNew } from './save'

/** Imports one file, or every script a folder keeps. A file that is refused does not stop the others. */
export async function importWorkflows(app: App, input: WorkflowImport, actor: Actor): Promise<ImportReport> {
  const taken = new Map<string, string>()
  if (input.source !== undefined && input.fileName !== undefined)
    return { files: [await importOne(app, input.fileName, input.source, input.fileName, actor, taken)] }
  const files: ImportedFile[] = []
  const workspace = input.workspace ?? ''
  for (const { fileName, file } of await workspaceScripts(app, workspace)) {
    if (!file.ok) files.push({ outcome: 'refused', fileName, problem: file.problem })
    else
      files.push(
        await importOne(
          app,
          fileName,
          file.source,
          `${workspace.replace(/\/+$/, '')}/${fileName}`,
          actor,
          taken,
        ),
      )
  }
  return { files }
}

async function importOne(
  app: App,
  fileName: string,
  source: string,
  originPath: string,
  actor: Actor,
  taken: Map<string, string>,
): Promise<ImportedFile> {
  try {
    const { name, version } = await readNew(
      app,
      { source, note: cutText(`Imported from ${originPath}`, 500) },
      actor,
    )
    const other = taken.get(name)
    // Two files of one name would become versions of each other at every import.
    if (other !== undefined)
      throw new Refusal('conflict', `${other} has the name ${JSON.stringify(name)} too. Change one of them.`)
    taken.set(name, fileName)
    const own = {
      id: crypto.randomUUID(),
      name,
      origin: 'imported',
      originPath,
      createdAt: version.savedAt,
      createdBy: actor,
    } as const
    if (await app.store.workflows.create({ ...own, latest: version }))
      return { outcome: 'imported', fileName, name }
    const outcome = await app.store.workflows.saveVersion(name, { ...version, name }, null)
    if (outcome.kind === 'saved')
      return { outcome: 'updated', fileName, name, version: outcome.workflow.latest.version }
    return { outcome: 'unchanged', fileName, name }
  } catch (error) {
    return { outcome: 'refused', fileName, problem: problemIn(error) }
  }
}

function problemIn(error: unknown): SourceProblem {
  if (isNamed<ScriptError>(error, 'ScriptError')) return error.toRunError()
  if (isNamed<Refusal>(error, 'Refusal')) return { message: error.message, line: null, column: null }
  throw error
}
