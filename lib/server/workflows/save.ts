import type { DeletedWorkflow, NewWorkflowInput, WorkflowDetail, WorkflowEdit } from '@/lib/api/workflows'
import type { Actor } from '@/lib/core/base/actor'
import { assertNever } from '@/lib/core/base/assert-never'
import type { SaveOutcome } from '@/lib/core/run/workflow-store'
import { workflowName } from '@/lib/script/parse'
import { ScriptError } from '@/lib/script/script-error'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { findBuiltIn } from '../app/built-in'
import { getWorkflow, noWorkflow } from './library'

/** Names that are part of the library's own addresses. */
const reserved: ReadonlySet<string> = new Set(['new', 'import', 'check', '.', '..'])

/** Saves a new workflow under the name in its script. */
export async function createWorkflow(
  app: App,
  input: NewWorkflowInput,
  actor: Actor,
): Promise<WorkflowDetail> {
  const { name, version } = await readNew(app, input, actor)
  const at = version.savedAt
  const own = {
    id: crypto.randomUUID(),
    name,
    origin: 'saved',
    originPath: null,
    createdAt: at,
    createdBy: actor,
  } as const
  if (!(await app.store.workflows.create({ ...own, latest: version }))) throw nameTaken(name)
  return getWorkflow(app, name)
}

/** Saves a new version of a workflow; renames it when the name in the script has changed. */
export async function saveWorkflow(
  app: App,
  given: string,
  input: WorkflowEdit,
  actor: Actor,
): Promise<WorkflowDetail> {
  const name = workflowName(given)
  const next = await readNew(app, input, actor)
  const outcome = await app.store.workflows.saveVersion(
    name,
    { ...next.version, name: next.name },
    input.basedOn,
  )
  switch (outcome.kind) {
    case 'saved':
    case 'unchanged':
      return getWorkflow(app, outcome.workflow.name)
    case 'stale':
      throw stale(outcome)
    case 'name-taken':
      throw nameTaken(next.name)
    case 'missing':
      throw await missing(app, name)
    default:
      return assertNever(outcome)
  }
}

/** Takes a workflow out of the library. Its versions stay, so it can be restored. */
export async function deleteWorkflow(app: App, given: string): Promise<void> {
  const name = workflowName(given)
  const isDeleted = await app.store.workflows.delete(name, new Date(app.now()).toISOString())
  if (!isDeleted) throw await missing(app, name)
}

/** Brings a deleted workflow back, with all its versions. */
export async function restoreWorkflow(app: App, given: string): Promise<WorkflowDetail> {
  const name = workflowName(given)
  const outcome = await app.store.workflows.restore(name)
  switch (outcome) {
    case 'restored':
      return getWorkflow(app, name)
    case 'name-taken':
      throw new Refusal(
        'conflict',
        `A workflow named ${JSON.stringify(name)} is in the library already. Rename or delete it first.`,
      )
    case 'missing':
      throw new Refusal('not-found', `No workflow named ${JSON.stringify(name)} has been deleted.`)
    default:
      return assertNever(outcome)
  }
}

/** Deleted workflows that are told of, at most. */
const MOST_DELETED = 200

/** What can be restored. */
export async function listDeleted(app: App): Promise<{ workflows: DeletedWorkflow[] }> {
  return { workflows: await app.store.workflows.deleted(MOST_DELETED) }
}

/** A source as a version, once it may be saved under its name. Throws `ScriptError` or a refusal. */
export async function readNew(app: App, { source, note }: NewWorkflowInput, actor: Actor) {
  const digest = app.digest(source)
  const { name } = (await app.sources.read(source, digest)).meta
  await refuseName(app, name)
  const savedAt = new Date(app.now()).toISOString()
  return {
    name,
    version: {
      source,
      digest,
      savedAt,
      savedBy: actor,
      note: note === undefined || note === '' ? null : note,
    },
  }
}

async function refuseName(app: App, name: string): Promise<void> {
  if (reserved.has(name))
    throw new ScriptError(
      `${JSON.stringify(name)} is an address of the library itself. Change \`meta.name\`.`,
      null,
      null,
    )
  if ((await findBuiltIn(app, name)) !== null)
    throw new Refusal(
      'conflict',
      `${JSON.stringify(name)} is a built-in workflow. Change \`meta.name\` to save your own.`,
      [{ path: 'source', message: 'has the name of a built-in workflow' }],
    )
}

function nameTaken(name: string): Refusal {
  return new Refusal(
    'conflict',
    `A workflow named ${JSON.stringify(name)} is in the library already. Change \`meta.name\`, or save this as a new version of that one.`,
    [{ path: 'source', message: 'has a name that is taken' }],
  )
}

function stale({ workflow }: Extract<SaveOutcome, { kind: 'stale' }>): Refusal {
  const { version, savedBy } = workflow.latest
  return new Refusal(
    'conflict',
    `${savedBy.name} saved version ${version} of ${workflow.name} since you opened it. Reload to see it; your text was not saved.`,
    [{ path: 'basedOn', message: `is not the digest of version ${version}` }],
  )
}

async function missing(app: App, name: string): Promise<Refusal> {
  if ((await findBuiltIn(app, name)) === null) return noWorkflow(app, name)
  return new Refusal(
    'conflict',
    `${JSON.stringify(name)} is built in and read-only. Duplicate it under another name.`,
  )
}
