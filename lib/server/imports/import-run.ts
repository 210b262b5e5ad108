import { randomUUID } from 'node:crypto'
import type { ImportedRun, ImportInput } from '@/lib/api/imports/imports'
import type { Actor } from '@/lib/core/base/actor'
import { isName } from '@/lib/imports/claude/places'
import { type ClaudePlace, type ClaudeRun, originOf } from '@/lib/imports/claude-run'
import { oneByOne } from '@/lib/server/access/in-turn'
import type { App } from '@/lib/server/app/app'
import { getHead } from '@/lib/server/runs/read-run'
import { Refusal } from '@/lib/server/services/problem'
import { unreadable } from './find-runs'
import { importFolder } from './folder'
import { writeImport } from './write-import'

/**
 * Imports a run of Claude Code: it is a run like any other from then on, shown, priced and forked. What was imported
 * before and has not changed is told and left alone; what has changed is imported anew, under the same id. Throws
 * where its files cannot be read at all; what of them cannot is counted in the answer and told on the run.
 */
export async function importRun(
  app: App,
  { from, ...place }: ImportInput,
  actor: Actor,
  signal: AbortSignal,
): Promise<ImportedRun> {
  const folder = await importFolder(app, from)
  requirePlace(place)
  // One at a time, so that a run is never imported twice.
  return oneByOne(app.whole, 'import', () => importNow(app, folder, place, actor, signal))
}

async function importNow(
  app: App,
  folder: string,
  place: ClaudePlace,
  actor: Actor,
  signal: AbortSignal,
): Promise<ImportedRun> {
  signal.throwIfAborted()
  const asker = { owner: `imports ${app.project}`, signal }
  const opened = await app.imports.open(folder, place, asker)
  signal.throwIfAborted()
  if (!opened.ok) throw unreadable('The run', opened.reason)
  const theirs = opened.value
  requireSomething(theirs, place)
  const origin = originOf(place)
  const known = (await app.store.imports.findImports(app.project)).find((one) => one.origin === origin)
  const isRenewed = known?.isThere === true
  if (isRenewed && known.digest === theirs.digest) return told(app, known.runId, 'already', null)
  const runId = known?.runId ?? randomUUID()
  const why = await writeImport(app, { runId, folder, theirs, actor, signal })
  return told(app, runId, isRenewed ? 'renewed' : 'imported', why)
}

async function told(
  app: App,
  runId: string,
  outcome: ImportedRun['outcome'],
  forkProblem: string | null,
): Promise<ImportedRun> {
  const { run, totals } = await getHead(app, runId)
  return {
    id: runId,
    url: `/runs/${runId}`,
    outcome,
    status: run.status,
    agents: Object.values(totals.agents).reduce((sum, count) => sum + count, 0),
    turns: totals.turns,
    skipped: run.imported?.skipped ?? [],
    forkable: run.imported?.forkable ?? 0,
    forkProblem,
  }
}

/** Throws unless the names are names: one that is a path could lead anywhere. */
function requirePlace(place: ClaudePlace): void {
  for (const [path, name] of Object.entries(place)) {
    if (isName(name)) continue
    throw new Refusal('bad-request', `\`${path}\` is no name of a folder.`, [
      { path, message: 'is no name of a folder' },
    ])
  }
}

/** Throws where there is nothing of the run: its folder is gone, or it never was. */
function requireSomething(theirs: ClaudeRun, { run }: ClaudePlace): void {
  const isThere = theirs.agents.length > 0 || theirs.script !== null || theirs.hasJournal
  if (!isThere) throw new Refusal('not-found', `There is nothing to read of the run ${run}.`)
}
