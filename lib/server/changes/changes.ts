import { isUtf8 } from 'node:buffer'
import type { Changes, FileDiff } from '@/lib/api/changes'
import type { RunFiles } from '@/lib/core/agent/patch'
import { isNamed } from '@/lib/core/base/named-error'
import type { RunHeader, RunState } from '@/lib/core/run/state'
import { patchText } from '@/lib/revisions/differences'
import type { StoredFiles } from '@/lib/revisions/file-stores'
import { entryAt } from '@/lib/revisions/trees'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { differences } from '@/lib/server/workflows/compare'
import type { WorkspaceError } from '@/lib/workspace/workspace-error'
import { getHead } from '../runs/read-run'

/** Texts longer than this are not compared line by line; the patch has them. */
const LARGEST_COMPARED = 1_000_000

/** A run that works on files, and the store they are in. */
export type RunWithFiles = {
  run: RunHeader
  files: RunFiles
  root: string
  stored: StoredFiles
  state: RunState
}

/** The files of a run. Throws where its agents only read. */
export async function filesOf(app: App, runId: string): Promise<RunWithFiles> {
  const state = app.engine.active(runId)?.journal.state ?? (await app.store.loadState(runId))
  if (state === null) await getHead(app, runId)
  const { run } = state ?? { run: null }
  if (state === null || run === null || run.files === null || run.workspace === null)
    throw new Refusal(
      'conflict',
      'This run changes no files. Launch it with the permission to write, on a workspace.',
    )
  const { root } = run.workspace
  return { run, files: run.files, root, stored: await app.fileStores.of(root), state }
}

/** What a run changed: as merged, or what one of its agents did. */
export async function getChanges(
  app: App,
  runId: string,
  { agent }: { agent?: string | undefined },
): Promise<Changes> {
  const found = await filesOf(app, runId)
  const { run, files: known, root, stored, state } = found
  const { base, tree } = rangeOf(found, agent)
  const files = await stored.trees.changes(base, tree)
  const sum = (of: 'added' | 'removed') => files.reduce((total, one) => total + (one[of] ?? 0), 0)
  const { applied, branches } = run
  return {
    head: known.head,
    dirty: known.dirty,
    files,
    added: sum('added'),
    removed: sum('removed'),
    agents: [...state.agents.values()].flatMap(({ id: agentId, label, phase, patch, patchStatus: status }) =>
      patch === null ? [] : [{ agentId, label, phase, patch, status }],
    ),
    applied:
      applied === null
        ? null
        : { at: applied.at, by: applied.by, files: applied.files, isCurrent: applied.tree === known.tree },
    branches,
    canBranch: known.head !== null && (await isInRepository(app, root)),
  }
}

/** No branch can be made in a folder that is gone or does not answer. */
function isInRepository(app: App, root: string): Promise<boolean> {
  return app.readers.checkedOut(root, app.folders.list()).then(
    (found) => found !== null,
    (error: unknown) => {
      if (isNamed<WorkspaceError>(error, 'WorkspaceError')) return false
      throw error
    },
  )
}

/** One changed file, line by line. */
export async function getFileDiff(
  app: App,
  runId: string,
  { path, agent }: { path: string; agent?: string | undefined },
): Promise<FileDiff> {
  const found = await filesOf(app, runId)
  const { base, tree } = rangeOf(found, agent)
  const [before = null, after = null] = await Promise.all(
    [base, tree].map((one) => fileIn(found.stored, one, path)),
  )
  if (before === null && after === null) throw new Refusal('not-found', `No file of this run is at ${path}.`)
  return fileDiff(app, path, before, after)
}

/** Two versions of a file, line by line; null where there is none. */
export async function fileDiff(
  app: App,
  path: string,
  before: Side | null,
  after: Side | null,
): Promise<FileDiff> {
  const told = (one: Side | null) => (one === null ? null : { bytes: one.bytes.length, mode: one.mode })
  const rest = { path, before: told(before), after: told(after) }
  const none = { added: 0, removed: 0, hunks: [], isCut: false }
  const both = [before, after].flatMap((one) => (one === null ? [] : [one.bytes]))
  if (both.some((bytes) => bytes.includes(0) || !isUtf8(bytes))) return { ...rest, ...none, kind: 'binary' }
  if (both.some((bytes) => bytes.length > LARGEST_COMPARED)) return { ...rest, ...none, kind: 'large' }
  const text = (one: Side | null) => one?.bytes.toString('utf8') ?? ''
  return { ...rest, kind: 'text', ...(await differences(app, text(before), text(after))) }
}

/** The changes as a patch file. */
export async function getPatch(
  app: App,
  runId: string,
  { agent }: { agent?: string | undefined },
): Promise<Response> {
  const found = await filesOf(app, runId)
  const { base, tree } = rangeOf(found, agent)
  const text = await patchText(found.stored.repository, base, tree)
  const name = agent === undefined ? runId : `${runId}-${agent}`
  return new Response(text, {
    headers: {
      'content-type': 'text/x-patch; charset=utf-8',
      'content-disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '_')}.patch"`,
    },
  })
}

/** The trees between which the wanted changes lie. */
function rangeOf({ files, state }: RunWithFiles, agent: string | undefined): { base: string; tree: string } {
  if (agent === undefined) return files
  const patch = state.agents.get(agent)?.patch
  if (patch == null) throw new Refusal('not-found', `The agent ${agent} of this run changed no files.`)
  return patch
}

type Side = { bytes: Buffer; mode: string }

/** A file as it is in a tree; null where there is none. */
export async function fileIn(stored: StoredFiles, tree: string, path: string): Promise<Side | null> {
  const { objects } = stored.repository
  const entry = await entryAt(objects, tree, path)
  if (entry?.kind !== 'file') return null
  const object = await objects.read(entry.blob)
  return object === null ? null : { bytes: object.bytes, mode: entry.mode }
}
