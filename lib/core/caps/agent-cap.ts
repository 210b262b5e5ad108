import { agentCount } from '../agent/agent-status'
import { unphased } from '../run/phases'
import type { RunState } from '../run/state'
import { phaseLimitsOf } from '../spec/phase-settings'

/** A cap of agents that has too little room; `phase` is null for the run's own. */
export type AgentCap = { cap: number; left: number; asked: number; phase: string | null }

/**
 * The first cap of agents, the run's or one of a phase's, under which agents of these phases do not all fit;
 * null when they do. `making` has the phases of agents whose creation is being committed: they already count,
 * so that two simultaneous calls cannot both take the last place.
 */
export function tightAgentCap(
  state: Pick<RunState, 'run' | 'agents' | 'phases'>,
  making: readonly string[],
  phases: readonly (string | null)[],
): AgentCap | null {
  const { limits } = state.run
  const titles = phases.map((phase) => phase ?? unphased)
  const made = state.agents.size + making.length
  if (made + titles.length > limits.agents)
    return { cap: limits.agents, left: Math.max(0, limits.agents - made), asked: titles.length, phase: null }
  for (const title of new Set(titles)) {
    const { agents: cap } = phaseLimitsOf(limits.phases, title)
    if (cap === null) continue
    const counts = state.phases.find((phase) => phase.title === title)?.counts
    const ofTitle = (one: string) => one === title
    const madeHere = (counts === undefined ? 0 : agentCount(counts)) + making.filter(ofTitle).length
    const asked = titles.filter(ofTitle).length
    if (madeHere + asked > cap) return { cap, left: Math.max(0, cap - madeHere), asked, phase: title }
  }
  return null
}

/** The message to a call when there is no room for its agent. */
export function noRoomForCall({ cap, phase }: Pick<AgentCap, 'cap' | 'phase'>): string {
  const agents = cap.toLocaleString('en')
  return phase === null
    ? `The run's limit of ${agents} agents is reached. Raise it at launch if that many are intended.`
    : `The limit of ${agents} agents of the phase “${phase}” is reached. Raise it if that many are intended.`
}

/** The message to an agent that asked to start more agents than there is room for. */
export function noRoomForWave({ cap, left, asked, phase }: AgentCap): string {
  const where = phase === null ? "The run's limit" : `The limit of the phase “${phase}”`
  return `${where} of ${cap.toLocaleString('en')} agents leaves room for ${left} more, and ${asked} were requested. Nothing was started.`
}

/** Why agents cannot be counted against the daily cap of agents. */
export function noRoomToday(cap: number, made: number, count: number): string {
  const left = Math.max(0, cap - made).toLocaleString('en')
  const asked = count === 1 ? '1 more was requested' : `${count.toLocaleString('en')} were requested`
  return `The daily cap of ${cap.toLocaleString('en')} agents leaves ${left}, and ${asked}.`
}
