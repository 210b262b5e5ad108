import type { z } from 'zod'
import type {
  WorkflowDetail,
  WorkflowSummary,
  workflowListQuerySchema,
  workflowQuerySchema,
} from '@/lib/api/workflows'
import type { SavedWorkflow, VersionHead } from '@/lib/core/run/workflow-store'
import { usageOf } from '@/lib/core/run/workflow-usage'
import type { WorkflowOrigin } from '@/lib/core/spec/run'
import { workflowName } from '@/lib/script/parse'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { type BuiltIn, builtIns, findBuiltIn } from '../app/built-in'
import { workspaceScripts } from '../app/workspace-scripts'

/** How many of a workflow's newest runs its figures are taken from. */
const RUNS_MEASURED = 100

/** Where a source comes from, as far as the library knows. */
type Provenance = Pick<WorkflowSummary, 'origin' | 'originPath' | 'version' | 'savedAt' | 'savedBy'>
/** A workflow as it is launched: everything but its history. */
export type Launchable = Omit<WorkflowDetail, 'usage' | 'versions' | 'problem' | 'origin'> & {
  /** Null for a script that was pasted. */
  origin: WorkflowOrigin | null
}

/** The library by name: what people saved, what ships with Skein, and on request what lies in a folder. */
export async function listWorkflows(
  app: App,
  { workspace }: z.infer<typeof workflowListQuerySchema> = {},
): Promise<WorkflowSummary[]> {
  const saved = await app.store.workflows.list()
  const names = new Set(saved.map(({ name }) => name))
  const shipped = (await builtIns(app)).filter(({ read }) => !names.has(read.meta.name))
  const found = workspace === undefined ? [] : await workspaceScripts(app, workspace)
  const listed = [
    ...saved.map(({ name, latest, ...rest }) => ({
      name,
      source: latest.source,
      provenance: provenanceOf({ ...rest, latest }),
    })),
    ...shipped.map(({ source, read }) => ({ name: read.meta.name, source, provenance: builtInProvenance })),
    ...found.map(({ fileName, file }) => ({
      name: fileName,
      source: file.ok ? file.source : '',
      provenance: { ...builtInProvenance, origin: 'workspace' as const, originPath: fileName },
      ...(file.ok ? {} : { problem: file.problem }),
    })),
  ]
  const summaries = await Promise.all(listed.map((one) => summaryOf(app, one)))
  return summaries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** One workflow with its source and its plan. Throws a refusal that names what there is. */
export async function getWorkflow(
  app: App,
  name: string,
  { version }: z.infer<typeof workflowQuerySchema> = {},
): Promise<WorkflowDetail> {
  const saved = await app.store.workflows.findSaved(workflowName(name))
  if (saved !== null) return savedDetail(app, saved, version)
  const builtIn = await findBuiltIn(app, name)
  if (builtIn === null) throw await noWorkflow(app, name)
  if (version !== undefined)
    throw new Refusal(
      'not-found',
      `${builtIn.read.meta.name} is built in and has no versions. Duplicate it first.`,
    )
  return {
    ...builtInLaunchable(builtIn),
    origin: 'built-in',
    usage: await usage(app, builtIn.read.meta.name),
    versions: [],
    problem: null,
  }
}

/**
 * What a launch by name runs: the newest saved version, else the built-in of that name. Throws `ScriptError`.
 */
export async function findLaunchable(app: App, name: string): Promise<Launchable> {
  const saved = await findSaved(app, name)
  if (saved !== null) return saved
  const builtIn = await findBuiltIn(app, name)
  if (builtIn === null) throw await noWorkflow(app, name)
  return builtInLaunchable(builtIn)
}

/** The newest version of a workflow that people saved or imported; null when there is none by that name. */
export async function findSaved(app: App, name: string): Promise<Launchable | null> {
  const saved = await app.store.workflows.findSaved(workflowName(name))
  return saved === null ? null : { ...(await detailOf(app, saved.latest.source)), ...provenanceOf(saved) }
}

/** A pasted script as the library would show it. Throws `ScriptError`. */
export async function detailOf(app: App, source: string): Promise<Launchable> {
  const digest = app.digest(source)
  const { meta, calls } = await app.sources.read(source, digest)
  return { ...meta, ...builtInProvenance, origin: null, source, digest, calls }
}

/** A refusal that names what there is. */
export async function noWorkflow(app: App, name: string): Promise<Refusal> {
  const names = [...(await app.store.workflows.list()), ...(await builtIns(app)).map(({ read }) => read.meta)]
  const there = [...new Set(names.map((one) => one.name))].sort()
  const told =
    there.length > 30 ? `${there.slice(0, 30).join(', ')} and ${there.length - 30} more` : there.join(', ')
  return new Refusal('not-found', `There is no workflow ${JSON.stringify(name)}. There are: ${told}.`, [
    { path: 'workflow', message: 'is not in the library' },
  ])
}

const builtInProvenance: Provenance = {
  origin: 'built-in',
  originPath: null,
  version: null,
  savedAt: null,
  savedBy: null,
}

function builtInLaunchable({ source, digest, read }: BuiltIn): Launchable {
  return { ...read.meta, ...builtInProvenance, source, digest, calls: read.calls }
}

function provenanceOf({
  origin,
  originPath,
  latest,
}: Pick<SavedWorkflow, 'origin' | 'originPath' | 'latest'>): Provenance {
  return { origin, originPath, version: latest.version, savedAt: latest.savedAt, savedBy: latest.savedBy }
}

/**
 * A version of a saved workflow. One that this Skein can no longer read is still shown, and says
 * why.
 */
async function savedDetail(
  app: App,
  saved: SavedWorkflow,
  asked: number | undefined,
): Promise<WorkflowDetail> {
  const { workflows } = app.store
  const versions: VersionHead[] = await workflows.versions(saved.id)
  const wanted = asked === undefined ? saved.latest : await workflows.version(saved.id, asked)
  if (wanted === null)
    throw new Refusal(
      'not-found',
      `${saved.name} has no version ${asked}. Its newest is ${saved.latest.version}.`,
    )
  const summary = await summaryOf(app, {
    name: saved.name,
    source: wanted.source,
    provenance: provenanceOf({ ...saved, latest: wanted }),
  })
  const read = await app.sources.tryRead(wanted.source, wanted.digest)
  return { ...summary, source: wanted.source, calls: read.ok ? read.read.calls : [], versions }
}

async function summaryOf(
  app: App,
  {
    name,
    source,
    provenance,
    problem,
  }: { name: string; source: string; provenance: Provenance; problem?: WorkflowSummary['problem'] },
): Promise<WorkflowSummary> {
  const digest = app.digest(source)
  const read = problem ? { ok: false as const, problem } : await app.sources.tryRead(source, digest)
  if (!read.ok) {
    const nothing = { description: '', whenToUse: null, phases: [], argsSchema: null, needs: [] }
    return { name, ...nothing, ...provenance, digest, usage: await usage(app, name), problem: read.problem }
  }
  // An old version may have had another name; a workflow is known by the one it has now.
  const shown = provenance.origin === 'workspace' ? read.read.meta.name : name
  return {
    ...read.read.meta,
    ...provenance,
    name: shown,
    digest,
    usage: await usage(app, shown),
    problem: null,
  }
}

async function usage(app: App, name: string) {
  const { total, runs } = await app.store.workflows.runsOf(name, RUNS_MEASURED)
  return usageOf(total, runs)
}
