import { unphased } from '@/lib/core/run/phases'
import { agentCount } from '@/lib/core/run/state'
import { phaseLimitsOf } from '@/lib/core/spec/phase-settings'
import type { ActiveRun } from '../context/active-run'

/** A cap of agents that has too little room; `phase` is null for the run's own. */
export type AgentCap = { cap: number; left: number; asked: number; phase: string | null }

/**
 * The first cap of agents, the run's or one of a phase's, under which agents of these phases do not all fit; null when
 * they do. Those that are being written down count already: two who ask at once cannot both have the last place.
 */
export function tightAgentCap(run: ActiveRun, phases: readonly (string | null)[]): AgentCap | null {
  const { limits } = run.state.run
  const titles = phases.map((phase) => phase ?? unphased)
  const making = inTheMaking(run)
  const made = run.state.agents.size + making.length
  if (made + titles.length > limits.agents)
    return { cap: limits.agents, left: Math.max(0, limits.agents - made), asked: titles.length, phase: null }
  for (const title of new Set(titles)) {
    const { agents: cap } = phaseLimitsOf(limits.phases, title)
    if (cap === null) continue
    const counts = run.state.phases.find((phase) => phase.title === title)?.counts
    const ofTitle = (one: string) => one === title
    const madeHere = (counts === undefined ? 0 : agentCount(counts)) + making.filter(ofTitle).length
    const asked = titles.filter(ofTitle).length
    if (madeHere + asked > cap) return { cap, left: Math.max(0, cap - madeHere), asked, phase: title }
  }
  return null
}

/** Phases of the agents that are on their way to the journal. */
function inTheMaking({ making, state }: ActiveRun): string[] {
  for (const agentId of making.keys()) if (state.agents.has(agentId)) making.delete(agentId)
  return [...making.values()]
}
