import { fileModes } from '@/lib/core/agent/patch'
import type { StoredFiles } from '@/lib/revisions/file-stores'
import type { ListedFile } from '@/lib/revisions/listings'
import { narrow } from '@/lib/revisions/narrow'
import { LARGEST_STORED } from '@/lib/revisions/store-folder'
import { LARGEST_SEARCHED_BYTES } from '../untrusted-protocol'
import type { WorkspaceFiles } from '../workspace-files'

/** Links that are followed before they are taken to go in circles. */
const MOST_LINKS = 20

/**
 * The files of a tree as the tools that read know them. What is not in the tree is looked for in the workspace
 * itself: ignored files, such as those of dependencies, are read where they lie.
 */
export async function filesOfTree(
  stored: StoredFiles,
  tree: string,
  near: string,
  workspace: WorkspaceFiles,
): Promise<WorkspaceFiles> {
  const files = await stored.listings.of(tree, near)
  const begun = await stored.listings.of(near)
  const folders = foldersOf(files)
  let listed: { path: string; size: number }[] | null = null
  const fileAt = async (path: string, links = 0): Promise<ListedFile | null> => {
    const file = files.get(path)
    if (file === undefined || links > MOST_LINKS) return null
    if (file.mode !== fileModes.link) return file
    const target = (await stored.repository.objects.read(file.blob))?.bytes.toString('utf8') ?? ''
    const next = resolved(path, target)
    return next === null ? null : fileAt(next, links + 1)
  }
  return {
    root: stored.blobs.root,
    revision: tree,
    isCut: workspace.isCut,
    unlistedNames: workspace.unlistedNames,
    listFiles() {
      listed ??= [...files.values()].map(({ path, size }) => ({ path, size }))
      return listed
    },
    async narrow(pattern, options) {
      const found = await narrow(stored.repository, tree, pattern, options)
      const { under } = options
      const isUnder = (path: string) => under === '' || path === under || path.startsWith(`${under}/`)
      const all = [...files.keys()].filter(isUnder)
      const paths = found ?? all
      // A link is searched under the name of what it leads to.
      const plain = paths
        .flatMap((path) => files.get(path) ?? [])
        .filter(({ mode }) => mode !== fileModes.link)
      const places = await stored.spool.placesOf(plain, LARGEST_SEARCHED_BYTES)
      const there = plain.flatMap(({ path }, at) => {
        const place = places[at]
        return place == null ? [] : [{ path, ...place }]
      })
      return {
        files: there.map(({ path }) => path).join('\0'),
        pieces: {
          file: stored.spool.path,
          places: Float64Array.from(there.flatMap(({ from, size }) => [from, size])),
        },
        others: found === null ? 0 : Math.max(0, all.length - paths.length),
      }
    },
    async locate(asked) {
      const path = plainPath(asked, workspace.root)
      if (path !== null) {
        if (path === '' || folders.has(path))
          return { ok: true, path, absolute: stored.blobs.root, kind: 'folder', size: 0 }
        const file = await fileAt(path)
        const source = file === null ? null : await stored.blobs.pathOf(file.blob)
        if (file !== null && source !== null)
          return {
            ok: true,
            path,
            absolute: `${stored.blobs.root}/${source}`,
            kind: 'file',
            size: file.size,
          }
        if (begun.has(path)) return { ok: false, reason: `${JSON.stringify(path)} was deleted.` }
      }
      const place = await workspace.locate(asked)
      // A visible file that is not in the tree came into the workspace after this run had begun.
      const isTooLarge = place.ok && place.size > LARGEST_STORED
      const isNew = place.ok && !isTooLarge && workspace.listFiles().some((file) => file.path === place.path)
      return place.ok && (isNew || place.kind === 'folder')
        ? { ok: false, reason: `${JSON.stringify(asked.slice(0, 200))} does not exist.` }
        : place
    },
  }
}

/** Folders by the listing they are of: every call of every agent asks, and listings are kept. */
const known = new WeakMap<ReadonlyMap<string, ListedFile>, Set<string>>()

function foldersOf(files: ReadonlyMap<string, ListedFile>): Set<string> {
  const before = known.get(files)
  if (before !== undefined) return before
  const folders = new Set<string>()
  known.set(files, folders)
  for (const path of files.keys())
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at)
      if (folders.has(folder)) break
      folders.add(folder)
    }
  return folders
}

/** A path relative to the root; null where it leads elsewhere. */
function plainPath(asked: string, root: string): string | null {
  const inside = asked === root || asked.startsWith(`${root}/`) ? asked.slice(root.length + 1) : asked
  return inside.startsWith('/') ? null : resolved('', inside)
}

/** Where a relative path leads from the folder of a file; null where that is outside. */
function resolved(from: string, way: string): string | null {
  if (way.startsWith('/')) return null
  const parts = from.split('/').slice(0, -1)
  for (const part of way.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join('/')
}
