import type { ComparedChanges, ComparedFile, FileDiff } from '@/lib/api/changes'
import type { FileChange, RunFiles } from '@/lib/core/agent/patch'
import { inOrder } from '@/lib/core/base/in-order'
import type { StoredFiles } from '@/lib/revisions/file-stores'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { getHead } from '../runs/read-run'
import { fileDiff, fileIn } from './changes'

/** Files that are listed; what comes behind them is counted. */
const MOST_LISTED = 5_000

/** What one run of the two did to files; `kept` is null where its agents only read. */
type Side = {
  id: string
  title: string
  kept: { files: RunFiles; stored: StoredFiles } | null
}

const order: readonly ComparedFile['kind'][] = ['different', 'only-from', 'only-to', 'alike']

/** How the changes of two runs differ, by what their results hold: what differs first, then by path. */
export async function compareChanges(app: App, fromId: string, toId: string): Promise<ComparedChanges> {
  const [from, to] = [await sideOf(app, fromId), await sideOf(app, toId)]
  const [ofFrom, ofTo] = [await changesOf(from), await changesOf(to)]
  const isAlike = await likeness(from, to)
  const paths = [...new Set([...ofFrom.keys(), ...ofTo.keys()])].sort(inOrder)
  const counts: ComparedChanges['counts'] = { 'only-from': 0, 'only-to': 0, alike: 0, different: 0 }
  const files = paths.map((path): ComparedFile => {
    const [one, other] = [ofFrom.get(path) ?? null, ofTo.get(path) ?? null]
    const kind = kindOf(one, other, () => isAlike(path))
    counts[kind] += 1
    return { path, kind, from: one, to: other }
  })
  const told = ({ id, title, kept }: Side) => ({ id, title, changesFiles: kept !== null })
  const sorted = order.flatMap((kind) => files.filter((one) => one.kind === kind))
  return {
    from: told(from),
    to: told(to),
    isSameBase: from.kept === null || to.kept === null || from.kept.files.base === to.kept.files.base,
    files: sorted.slice(0, MOST_LISTED),
    counts,
    isCut: sorted.length > MOST_LISTED,
  }
}

/** A file as the first run left it, against how the other one left it. */
export async function compareChangedFile(
  app: App,
  fromId: string,
  toId: string,
  path: string,
): Promise<FileDiff> {
  const sides = [await sideOf(app, fromId), await sideOf(app, toId)]
  const [before = null, after = null] = await Promise.all(
    sides.map(({ id, kept }) => {
      if (kept === null)
        throw new Refusal('conflict', `The run ${id} changes no files: there is nothing to compare with.`)
      return fileIn(kept.stored, kept.files.tree, path)
    }),
  )
  if (before === null && after === null)
    throw new Refusal('not-found', `Neither run has left a file at ${path}.`)
  return fileDiff(app, path, before, after)
}

async function sideOf(app: App, runId: string): Promise<Side> {
  const { run } = await getHead(app, runId)
  const { id, title, files, workspace } = run
  if (files === null || workspace === null) return { id, title, kept: null }
  return { id, title, kept: { files, stored: await app.fileStores.of(workspace.root) } }
}

type Done = Omit<FileChange, 'path'>

async function changesOf({ kept }: Side): Promise<ReadonlyMap<string, Done>> {
  if (kept === null) return new Map()
  const { base, tree } = kept.files
  const changes = await kept.stored.trees.changes(base, tree)
  return new Map(changes.map(({ path, ...done }) => [path, done]))
}

/** Whether both have left the same at a path: bytes are named by what they are, in whichever store. */
async function likeness(from: Side, to: Side): Promise<(path: string) => boolean> {
  if (from.kept === null || to.kept === null) return () => false
  const [one, other] = await Promise.all(
    [from.kept, to.kept].map(({ files, stored }) => stored.listings.of(files.tree)),
  )
  return (path) => {
    const [a, b] = [one?.get(path), other?.get(path)]
    return a?.blob === b?.blob && a?.mode === b?.mode
  }
}

function kindOf(from: Done | null, to: Done | null, isAlike: () => boolean): ComparedFile['kind'] {
  if (to === null) return 'only-from'
  if (from === null) return 'only-to'
  return isAlike() ? 'alike' : 'different'
}
