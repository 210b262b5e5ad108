import { OccurrenceCounter } from '@/lib/core/agent/call-key'
import type { Conflict, Patch } from '@/lib/core/agent/patch'
import type { RunEvent } from '@/lib/core/run/events'
import { unphased } from '@/lib/core/run/phases'
import type { Needs, ScriptedRun } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import type { InheritedPatch } from '../context/replay-source'
import type { Patched } from '../context/run-files'
import { conflictPrompt } from '../conversation/conflict-prompt'
import { resolveCall } from './agent-call'
import { createAgent } from './create-agent'
import { admit } from './spawn'

/** Times that a patch is merged again because others were merged while its conflicts were being resolved. */
const MOST_ROUNDS = 3

/** What an agent changed; null where that is nothing, or it could change nothing. */
export async function patchOf(run: Needs<'files'>, agent: LiveAgent): Promise<Patch | null> {
  if (run.files === null || agent.files === null) return null
  return run.files.trees.patch(agent.files.base, agent.files.tree)
}

/** Whose changes are merged, and what an agent that resolves their conflicts is made from. */
export type Changer = {
  agentId: string
  attempt: number
  position: number
  phase: string | null
  model: string
  prompt: string
  depth: number
  /** What the resolver is told beside both sides; null leaves what is in conflict out. */
  resolve: string | null
}

/** An agent at work as the one whose changes are merged. */
export function changerOf({ spec, attempt, position, phase, model }: LiveAgent): Changer {
  const { agentId, prompt, options } = spec
  return { agentId, attempt, position, phase, model, prompt, depth: options.depth, resolve: '' }
}

/**
 * Makes what an agent changed part of the run's files. Where it conflicts with what was merged before, an
 * agent is asked to make one of both; where none could, the patch is left out, and `record` is told so with a
 * reason. `record` is called once, with the event that says how it went.
 */
export async function landPatch(
  run: ScriptedRun,
  changer: Changer,
  patch: Patch,
  begin: (child: LiveAgent) => void,
  record: (landed: RunEvent, refused: string | null) => Promise<void>,
): Promise<void> {
  const { files } = run
  if (files === null) throw new Error('This run changes no files')
  const { agentId } = changer
  let patched: Patched = { base: patch.base, tree: patch.tree, settled: [] }
  for (let round = 1; ; round++) {
    const landing = await files.land(patched, run.stops.signal, ({ from, tree, conflicts }) =>
      record({ type: 'run.merged', agentId, patch, from, tree, conflicts: [...conflicts] }, null),
    )
    if (landing.kind === 'merged') return
    const { from, tree, conflicts } = landing
    const settled = await settle(run, changer, { tree, conflicts, round }, begin)
    if (settled.kind === 'refused' || round === MOST_ROUNDS) {
      const why = settled.kind === 'refused' ? settled.why : 'others changed the same places again and again.'
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
    patched = { base: from, tree: settled.tree, settled: [...patched.settled, ...conflicts] }
  }
}

/** Makes a patch part of the files that comes with an answer of the run this one was forked from. */
export async function landInherited(
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
  const landing = await files.land(
    patched,
    run.stops.signal,
    ({ from, tree, conflicts }) =>
      record([{ type: 'run.merged', agentId, patch, from, tree, conflicts: [...conflicts] }]),
    merged,
  )
  if (landing.kind === 'merged') return
  const { from, conflicts } = landing
  const why = `in this fork ${namesOf(conflicts)} changed otherwise.`
  await record([{ type: 'run.merge-refused', agentId, patch, from, conflicts: [...conflicts], why }])
}

type Conflicting = { tree: string; conflicts: readonly Conflict[]; round: number }
type Settled = { kind: 'settled'; tree: string } | { kind: 'refused'; why: string }

/** Has an agent make one of both sides; it begins from files that hold both. */
async function settle(
  run: ScriptedRun,
  changer: Changer,
  { tree, conflicts, round }: Conflicting,
  begin: (child: LiveAgent) => void,
): Promise<Settled> {
  const unmarked = conflicts.filter(({ kind }) => kind !== 'content')
  if (unmarked.length > 0)
    return { kind: 'refused', why: `${namesOf(unmarked)} cannot hold both sides: ${unmarked[0]?.detail}` }
  if (changer.resolve === null)
    return {
      kind: 'refused',
      why: `${namesOf(conflicts)} changed on both sides, and conflicts are left out.`,
    }
  const { label } = run.journal.agent(changer.agentId)
  const child = await helperOf(run, changer, {
    key: `resolve:${changer.agentId}:${changer.attempt}:${round}`,
    label: `resolve: ${label}`,
    prompt: conflictPrompt(conflicts, { label, asked: changer.prompt, more: changer.resolve }),
    tree,
    begin,
  })
  if (child === null)
    return { kind: 'refused', why: 'there was no room for an agent that resolves conflicts.' }
  await run.agentEnds.whenEnded(child)
  run.stops.signal.throwIfAborted()
  const { status, patch } = run.journal.agent(child)
  const hasAnswered = status === 'succeeded' || status === 'flagged'
  if (!hasAnswered || patch === null)
    return { kind: 'refused', why: `${child} was asked to resolve ${namesOf(conflicts)} and did not.` }
  const left = await stillMarked(run, patch.tree, conflicts)
  if (left.length > 0)
    return { kind: 'refused', why: `${child} left conflict markers in ${left.join(', ')}.` }
  return { kind: 'settled', tree: patch.tree }
}

/** An agent that the engine makes for a merge. */
export type Helper = {
  /** By what it is found again when the run is taken up. */
  key: string
  label: string
  prompt: string
  /** The files it begins from. */
  tree: string
  begin(child: LiveAgent): void
}

/**
 * The id of an agent that works on a merge, below the one whose changes are merged: the one that was made
 * before, or a new one; null where caps leave no room for it. It keeps its changes to itself.
 */
export async function helperOf(
  run: ScriptedRun,
  { agentId, position, phase, model, depth }: Changer,
  { key, label, prompt, tree, begin }: Helper,
): Promise<string | null> {
  const known = run.agentByKey.get(key)
  if (known !== undefined) return known
  const admitted = await admit(run, agentId, [phase ?? unphased], run.stops.signal)
  if (admitted.kind === 'refused') return null
  const { scope } = run.journal.agent(agentId)
  const siblings = [...run.journal.state.agents.values()].filter(({ parentId }) => parentId === agentId)
  const id = `${agentId}.${siblings.length + 1}`
  const call = resolveCall(
    run,
    {
      do: 'agent',
      id: 0,
      scope,
      settled: false,
      overBudget: false,
      prompt,
      options: { label, model, isolation: 'worktree' },
      site: null,
      phase,
      barrier: null,
      dependsOn: [],
    },
    new OccurrenceCounter(),
    { depth: depth + 1, readsAnswers: false, tree },
  )
  const made = createAgent(run, {
    agentId: id,
    position,
    parentId: agentId,
    scope,
    callSite: null,
    barrier: null,
    dependsOn: [],
    call,
    key,
    counted: admitted.counted,
    isBought: true,
  })
  await run.journal.record([made.event], [made.write])
  run.agentByKey.set(key, id)
  begin(made.live)
  return id
}

const marker = /^(<{7}|>{7}) /m

async function stillMarked(
  run: Needs<'files'>,
  tree: string,
  conflicts: readonly Conflict[],
): Promise<string[]> {
  const left: string[] = []
  for (const { path } of conflicts) {
    const bytes = await run.files?.trees.read(tree, path)
    if (bytes != null && marker.test(Buffer.from(bytes).toString('utf8'))) left.push(path)
  }
  return left
}

const MOST_NAMED = 3

export function namesOf(conflicts: readonly Conflict[]): string {
  const rest = conflicts.length - MOST_NAMED
  const named = conflicts.slice(0, MOST_NAMED).map(({ path }) => path)
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
