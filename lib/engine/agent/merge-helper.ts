import { OccurrenceCounter } from '@/lib/core/agent/call-key'
import { unphased } from '@/lib/core/run/phases'
import type { ScriptedRun } from '../context/active-run'
import type { LiveAgent } from '../context/live-agent'
import { resolveCall } from './agent-call'
import { createAgent } from './create-agent'
import { admit } from './spawn'

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
