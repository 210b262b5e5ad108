import type { Patch } from '@/lib/core/agent/patch'
import type { RunEvent } from '@/lib/core/run/events'
import type { Needs, ScriptedRun } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import type { InheritedPatch } from '../context/replay-source'
import type { Patched } from '../context/run-files'
import type { Changer } from './merge-helper'
import { namesOf, resolveConflicts } from './resolve-conflicts'

/** Times that a patch is merged again because others were merged while its conflicts were being resolved. */
const MOST_ROUNDS = 3

/** What an agent changed; null where that is nothing, or it could change nothing. */
export async function patchOf(run: Needs<'files'>, agent: LiveAgent): Promise<Patch | null> {
  if (run.files === null || agent.files === null) return null
  return run.files.trees.patch(agent.files.base, agent.files.tree)
}

/**
 * Makes what an agent changed part of the run's files. Where it conflicts with what was merged before, an
 * agent is asked to make one of both; where none could, the patch is left out, and `record` is told so with a
 * reason. `record` is called once, with the event that says how it went.
 */
export async function mergePatch(
  run: ScriptedRun,
  changer: Changer,
  patch: Patch,
  begin: (child: LiveAgent) => void,
  record: (merged: RunEvent, refused: string | null) => Promise<void>,
): Promise<void> {
  const { files } = run
  if (files === null) throw new Error('This run changes no files')
  const { agentId } = changer
  let patched: Patched = { base: patch.base, tree: patch.tree, settled: [] }
  for (let round = 1; ; round++) {
    const outcome = await files.merge(patched, run.stops.signal, ({ from, tree, conflicts }) =>
      record({ type: 'run.merged', agentId, patch, from, tree, conflicts: [...conflicts] }, null),
    )
    if (outcome.kind === 'merged') return
    const { from, tree, conflicts } = outcome
    const resolved = await resolveConflicts(run, changer, { tree, conflicts, round }, begin)
    if (resolved.kind === 'refused' || round === MOST_ROUNDS) {
      const why =
        resolved.kind === 'refused' ? resolved.why : 'others changed the same places again and again.'
      const refusal = {
        type: 'run.merge-refused' as const,
        agentId,
        patch,
        from,
        conflicts: [...conflicts],
        why,
      }
      return record(refusal, why)
    }
    // From now on it is what lies between the files as they were and what both sides came to.
    patched = { base: from, tree: resolved.tree, settled: [...patched.settled, ...conflicts] }
  }
}

/** Makes a patch part of the files that comes with an answer of the run this one was forked from. */
export async function mergeInherited(
  run: Needs<'files' | 'stops'>,
  { agentId, patch, merged, isIsolated }: InheritedPatch,
  record: (events: RunEvent[]) => Promise<void>,
): Promise<void> {
  const { files } = run
  if (files === null || isIsolated) return record([])
  const patched: Patched =
    merged === null
      ? { base: patch.base, tree: patch.tree, settled: [] }
      : { base: merged.from, tree: merged.tree, settled: merged.conflicts }
  const outcome = await files.merge(
    patched,
    run.stops.signal,
    ({ from, tree, conflicts }) =>
      record([{ type: 'run.merged', agentId, patch, from, tree, conflicts: [...conflicts] }]),
    merged,
  )
  if (outcome.kind === 'merged') return
  const { from, conflicts } = outcome
  const why = `in this fork ${namesOf(conflicts)} changed otherwise.`
  await record([{ type: 'run.merge-refused', agentId, patch, from, conflicts: [...conflicts], why }])
}
