import { basename } from 'node:path'
import type { FolderInput, FolderLook, Workspaces } from '@/lib/api/settings'
import { inOrder } from '@/lib/core/base/in-order'
import { isNamed } from '@/lib/core/base/named-error'
import type { App } from '@/lib/server/app/app'
import { isSourceOfOthers, noFolder } from '@/lib/server/app/within-project'
import { sourcesFolder } from '@/lib/server/services/sources-folder'
import { listSources } from '@/lib/server/sources/source-store'
import { isInside } from '@/lib/workspace/locate-path'
import type { WorkspaceError } from '@/lib/workspace/workspace-error'

type Listed = Workspaces['workspaces'][number]

/** The newest runs that are looked at for the folders that were used last. */
const RUNS_LOOKED_AT = 500

/** Longest that a root may say nothing while it is listed, in awake milliseconds. */
const LIST_MS = 2_000

/** Most folders below one root that are offered; any other can be typed. */
const MOST_BELOW = 500

/**
 * Folders that runs may open: those used last first, then the roots and the folders right below them, and
 * what was added to work on.
 */
export async function listWorkspaces(app: App): Promise<Workspaces> {
  const roots = app.folders.list()
  const usedAt = new Map((await app.store.usedRoots(RUNS_LOOKED_AT)).map(({ root, at }) => [root, at]))
  const listed = (await Promise.all(roots.map((root) => foldersAt(app, root)))).flat()
  for (const { name, path, kind, files } of (await listSources(app)).sources)
    listed.push({
      ...{ path, name: `Added: ${name}`, usedAt: null },
      files: kind === 'documents' ? files.length : null,
      isRepository: kind === 'repository',
    })
  const known = new Set(listed.map(({ path }) => path))
  // Deeper ones are offered once they were used; those that may not be opened any more are not.
  for (const path of usedAt.keys()) {
    const root = roots.find((one) => isInside(one, path))
    const isOffered = root !== undefined && !isInside(app.env.dataDir, path)
    if (!known.has(path) && isOffered)
      listed.push({ path, name: nameIn(root, path), files: null, isRepository: false, usedAt: null })
  }
  const all = listed.map((one) => ({ ...one, usedAt: usedAt.get(one.path) ?? null }))
  // Stable: those that were never used stay in their order.
  return { workspaces: all.sort((one, other) => inOrder(other.usedAt ?? '', one.usedAt ?? '')) }
}

/** What is known of one folder within seconds. */
export async function lookAtFolder(app: App, { path }: FolderInput): Promise<FolderLook> {
  const { folders, looks, env } = app
  const added = sourcesFolder(env.dataDir)
  if (isInside(added, path) && (await isSourceOfOthers(app, path))) throw noFolder(path)
  return isInside(added, path)
    ? looks.at({ path, roots: [added], deny: [] })
    : looks.at({ path, roots: folders.list(), deny: [env.dataDir] })
}

async function foldersAt({ readers }: App, root: string): Promise<Listed[]> {
  const silent = [{ path: root, isRepository: false }]
  const found = await readers.below(root, MOST_BELOW, LIST_MS).catch((error: unknown) => {
    if (isNamed<WorkspaceError>(error, 'WorkspaceError')) return silent
    throw error
  })
  return found.map((one) => ({ ...one, name: nameIn(root, one.path), files: null, usedAt: null }))
}

function nameIn(root: string, path: string): string {
  return `${basename(root)}${path.slice(root.length)}`
}
