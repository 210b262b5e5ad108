import type { FoundImports } from '@/lib/api/imports/imports'
import { originOf } from '@/lib/imports/claude-run'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { importFolder } from './folder'

/** Runs that a list tells of, the newest first. */
const MOST_RUNS = 500

/** The workflow runs of Claude Code in a folder, with what of them was imported already. */
export async function findImportable(
  app: App,
  { from }: { from?: string | undefined },
  signal: AbortSignal,
): Promise<FoundImports> {
  const folder = await importFolder(app, from)
  const read = await app.imports.find(folder, MOST_RUNS, { owner: `imports ${app.project}`, signal })
  signal.throwIfAborted()
  if (!read.ok) throw unreadable(folder, read.reason)
  const { runs, total, skipped } = read.value
  const known = new Map((await app.store.imports.findImports(app.project)).map((one) => [one.origin, one]))
  return {
    folder,
    total,
    skipped,
    runs: runs.map(({ place, digest, ...run }) => {
      const before = known.get(originOf(place))
      const isThere = before?.isThere === true
      return {
        ...place,
        ...run,
        importedAs: isThere ? before.runId : null,
        hasChanged: isThere && before.digest !== digest,
      }
    }),
  }
}

/** A folder or a run that cannot be read; the sentence says why. */
export function unreadable(what: string, reason: string): Refusal {
  return new Refusal('conflict', `${what} cannot be read: ${reason}.`)
}
