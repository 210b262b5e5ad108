import type { AgentState } from '../agent/agent'
import type { AgentStatus } from '../agent/agent-status'
import { withCount } from './phases'
import type { RunState } from './state'

/** The state being built; everything but agent values may be replaced in place. */
export type Draft = Omit<RunState, 'agents'> & { agents: Map<string, AgentState> }

/** A draft that begins as a state is. The state stays as it was: what a draft changes in place is copied. */
export function draftOf(state: RunState): Draft {
  return {
    ...state,
    agents: new Map(state.agents),
    totals: { ...state.totals, agents: { ...state.totals.agents } },
  }
}

/** An agent that the journal has spoken of. Throws when it has not. */
export function knownAgent(draft: Draft, agentId: string): AgentState {
  const agent = draft.agents.get(agentId)
  if (agent === undefined) throw new Error(`Run ${draft.run.id} has no agent ${agentId}`)
  return agent
}

/** Adds an agent at the end, and to the counts by status. */
export function addAgent(draft: Draft, agent: AgentState): void {
  draft.agents.set(agent.id, agent)
  count(draft, agent.phase, null, agent.status)
}

/** Replaces one agent; `at` null leaves its last activity alone. Keeps the counts by status true. */
export function changeAgent(
  draft: Draft,
  agentId: string,
  at: string | null,
  next: (agent: AgentState) => AgentState,
): void {
  const before = knownAgent(draft, agentId)
  const after = next(before)
  draft.agents.set(agentId, at === null ? after : { ...after, lastActivityAt: at })
  if (before.status !== after.status) count(draft, after.phase, before.status, after.status)
}

function count(draft: Draft, phase: string | null, from: AgentStatus | null, to: AgentStatus): void {
  const all = draft.totals.agents
  if (from !== null) all[from] -= 1
  all[to] += 1
  draft.phases = withCount(draft.phases, phase, from, to)
}
