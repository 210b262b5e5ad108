import type { RunState } from '@/lib/core/state'
import { groupOf } from './map-graph'
import { agentPoint, type MapLayout } from './map-layout'

type Point = { x: number; y: number }
export type AgentLink = { id: string; from: Point; to: Point; direction: 'in' | 'out'; isDoubtful: boolean }

/** More of one agent's own edges than this say nothing and cost much. */
const mostLinks = 240

/** The edges of one agent: what its answer was built from, and what was built from it. */
export function agentLinks(state: RunState, layout: MapLayout, agentId: string): AgentLink[] {
  const agent = state.agents.get(agentId)
  if (agent === undefined) return []
  const place = placer(state, layout)
  const here = place(agentId)
  if (here === undefined) return []
  const links: AgentLink[] = []
  for (const id of agent.dependsOn) {
    const from = place(id)
    const isDoubtful = state.agents.get(id)?.status === 'flagged'
    if (from !== undefined) links.push({ id: `in:${id}`, from, to: here, direction: 'in', isDoubtful })
  }
  for (const other of state.agents.values()) {
    if (links.length >= mostLinks) break
    if (!other.dependsOn.includes(agentId)) continue
    const to = place(other.id)
    const isDoubtful = agent.status === 'flagged'
    if (to !== undefined) links.push({ id: `out:${other.id}`, from: here, to, direction: 'out', isDoubtful })
  }
  return links.slice(0, mostLinks)
}

function placer(state: RunState, layout: MapLayout): (agentId: string) => Point | undefined {
  const groups = new Map(layout.groups.map((group) => [group.id, group]))
  return (agentId) => {
    const agent = state.agents.get(agentId)
    const group = agent === undefined ? undefined : groups.get(groupOf(agent))
    const index = group?.agentIds.indexOf(agentId) ?? -1
    return group === undefined || index < 0 ? undefined : agentPoint(group, index)
  }
}
