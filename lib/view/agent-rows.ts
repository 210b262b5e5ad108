import type { AgentState, AgentStatus } from '@/lib/core/agent'
import { unphased } from '@/lib/core/fold'
import type { RunState } from '@/lib/core/state'
import type { Mark } from './states'
import { isInTile } from './tiles'

export type AgentFilter = { mark: Mark | null; phase: string | null; text: string }

/** What needs eyes comes first, then what moves, then what is done. */
const urgency: Readonly<Record<AgentStatus, number>> = {
  failed: 0,
  stalled: 1,
  flagged: 2,
  running: 3,
  waiting: 4,
  queued: 5,
  succeeded: 6,
  skipped: 7,
  cancelled: 8,
}

export const noFilter: AgentFilter = { mark: null, phase: null, text: '' }

/** True when something is filtered away. */
export function isFiltering(filter: AgentFilter): boolean {
  return filter.mark !== null || filter.phase !== null || filter.text.trim() !== ''
}

/** Whether an agent passes; text is looked for in its label, its model and its preview. */
export function passes(agent: AgentState, filter: AgentFilter): boolean {
  if (filter.mark !== null && !isInTile(agent, filter.mark)) return false
  if (filter.phase !== null && (agent.phase ?? unphased) !== filter.phase) return false
  const text = filter.text.trim().toLowerCase()
  if (text === '') return true
  return [agent.label, agent.model, agent.preview, agent.id].some((part) => part.toLowerCase().includes(text))
}

/** Agents that pass, failures first, else in the order of their calls. */
export function agentRows(state: RunState, filter: AgentFilter): AgentState[] {
  return [...state.agents.values()]
    .filter((agent) => passes(agent, filter))
    .sort((a, b) => urgency[a.status] - urgency[b.status] || a.position - b.position)
}

/** The agent before or after `from` among `ids`; the first or last one when nothing is selected. */
export function neighbour(ids: readonly string[], from: string | null, by: 1 | -1): string | null {
  if (ids.length === 0) return null
  const at = from === null ? -1 : ids.indexOf(from)
  if (at < 0) return (by === 1 ? ids[0] : ids.at(-1)) ?? null
  return ids[Math.min(ids.length - 1, Math.max(0, at + by))] ?? null
}

/** The next agent in order of calls that failed or stalled, round and round. */
export function nextFailure(state: RunState, from: string | null): string | null {
  const broken = [...state.agents.values()]
    .filter((agent) => agent.status === 'failed' || agent.status === 'stalled')
    .sort((a, b) => a.position - b.position)
  const position = from === null ? -1 : (state.agents.get(from)?.position ?? -1)
  return (broken.find((agent) => agent.position > position) ?? broken[0])?.id ?? null
}
