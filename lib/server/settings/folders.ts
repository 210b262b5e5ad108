import { realpath } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { FolderInput, Folders } from '@/lib/api/settings'
import type { Actor } from '@/lib/core/base/actor'
import { cutText } from '@/lib/core/base/cut-text'
import { isNamed } from '@/lib/core/base/named-error'
import { withinTime } from '@/lib/core/ports/clock'
import { hasEnded } from '@/lib/core/spec/run-status'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { isInside } from '@/lib/workspace/locate-path'
import type { WorkspaceError } from '@/lib/workspace/workspace-error'

/** Most folders that are added beside those of the environment. */
const MOST_FOLDERS = 200

/** Longest that a folder may take to be looked at, in awake milliseconds: a mount may be dead. */
const LOOK_MS = 5_000

/** The folders that runs may open: those of the environment first, then those that were added. */
export function listFolders({ folders }: Pick<App, 'folders'>): Folders {
  const ofEnvironment = new Set(folders.fromEnvironment)
  return {
    folders: [
      ...folders.fromEnvironment.map((path) => ({ path, from: 'environment' as const, by: null, at: null })),
      ...folders.added
        .filter(({ path }) => !ofEnvironment.has(path))
        .map((one) => ({ ...one, from: 'settings' as const })),
    ],
  }
}

/** Lets runs open a folder from now on. Throws, with what to do, where it is none or must not be. */
export async function addFolder(app: App, { path }: FolderInput, actor: Actor): Promise<Folders> {
  const real = await withinTime(app.clock.awake, LOOK_MS, realFolder(app, path))
  if (real === null)
    throw refused(
      `${named(path)} did not answer within ${LOOK_MS / 1000} seconds. Check that what it lies on is mounted, then try again.`,
    )
  const isKnown = app.folders.fromEnvironment.includes(real)
  const isAdded =
    !isKnown &&
    (await app.folders.add({ path: real, by: actor.name, at: new Date(app.now()).toISOString() }, (added) => {
      if (added.length >= MOST_FOLDERS)
        throw new Refusal('conflict', `${MOST_FOLDERS} folders were added already; remove one first.`)
      return added.some((one) => one.path === real)
    }))
  if (!isAdded) throw new Refusal('conflict', `Runs may open ${named(real)} already.`)
  return listFolders(app)
}

/** Takes a folder back that was added: no launch may open it from now on. Runs at work keep it until they end. */
export async function removeFolder(app: App, { path }: FolderInput): Promise<void> {
  const isRemoved = await app.folders.remove(path, await workingIn(app, path))
  if (isRemoved) return
  if (app.folders.fromEnvironment.includes(path))
    throw new Refusal(
      'conflict',
      `${named(path)} comes from the environment of the server. Take it out of SKEIN_WORKSPACE_ROOTS and restart.`,
    )
  throw new Refusal('not-found', `${named(path)} is none of the folders that were added.`)
}

/** The runs of the project that have not ended and work in a folder, with the folder of each. */
async function workingIn(app: App, folder: string) {
  const found: { runId: string; root: string }[] = []
  for (const runId of await app.whole.store.openRuns()) {
    const state = app.engine.active(runId)?.journal.state ?? (await app.store.loadHead(runId))
    const root = state?.run.workspace?.root
    // A draft has begun nothing: approving it is a launch from then on.
    const isAtWork = state != null && state.run.status !== 'draft' && !hasEnded(state.run.status)
    if (isAtWork && root !== undefined && isInside(folder, root)) found.push({ runId, root })
  }
  return found
}

async function realFolder({ env, readers }: App, path: string): Promise<string> {
  if (!isAbsolute(path))
    throw refused(`${named(path)} is not an absolute path. Give the whole path, from / on.`)
  const rules = { path, roots: [path], deny: [], privateNames: env.privateNames }
  const { root } = await readers.enter(rules).catch((error: unknown) => {
    throw isNamed<WorkspaceError>(error, 'WorkspaceError') ? refused(error.message) : error
  })
  if (root === '/')
    throw refused('/ is the whole machine. Give the folder in which your projects lie instead.')
  const data = await realpath(env.dataDir)
  if (isInside(root, data))
    throw refused(
      root === data
        ? `${named(path)} is Skein's own data folder, which no run may open. Choose another folder.`
        : `${named(path)} holds Skein's own data folder, which no run may open. Choose a folder beside it, or set SKEIN_DATA_DIR elsewhere and restart.`,
    )
  if (isInside(data, root))
    throw refused(`${named(path)} lies in Skein's own data folder, which no run may open. Choose another.`)
  return root
}

function refused(message: string): Refusal {
  return new Refusal('bad-request', message, [{ path: 'path', message }])
}

function named(path: string): string {
  return cutText(path, 300)
}
