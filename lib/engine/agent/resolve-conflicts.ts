import type { Conflict } from '@/lib/core/agent/patch'
import type { Needs, ScriptedRun } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import { conflictPrompt } from '../conversation/conflict-prompt'
import { type Changer, helperOf } from './merge-helper'

/** Files that hold both sides, and what is in conflict there; `round` counts from 1. */
export type Conflicting = { tree: string; conflicts: readonly Conflict[]; round: number }
/** What became of conflicts: files without them, or why there are none. */
export type Resolved = { kind: 'resolved'; tree: string } | { kind: 'refused'; why: string }

/** Has an agent make one of both sides; it begins from files that hold both. */
export async function resolveConflicts(
  run: ScriptedRun,
  changer: Changer,
  { tree, conflicts, round }: Conflicting,
  begin: (child: LiveAgent) => void,
): Promise<Resolved> {
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
  return { kind: 'resolved', tree: patch.tree }
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

/** The first paths of conflicts, for a sentence. */
export function namesOf(conflicts: readonly Conflict[]): string {
  const rest = conflicts.length - MOST_NAMED
  const named = conflicts.slice(0, MOST_NAMED).map(({ path }) => path)
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
