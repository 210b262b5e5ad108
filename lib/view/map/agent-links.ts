import type { RunState } from '@/lib/core/run/state'
import { agentPoint } from './map-layout'
import type { MapLayout, PlacedGroup } from './placed-map'

type Point = { x: number; y: number }
export type AgentLink = {
  id: string
  from: Point
  to: Point
  direction: 'in' | 'out' | 'spawn'
  isFlagged: boolean
}

/** More of one agent's own edges than this say nothing and cost much. */
const mostLinks = 240

/**
 * The edges of one agent: what its answer was built from, what was built from it, who started it and whom it
 * did.
 */
export function agentLinks(state: RunState, layout: MapLayout, agentId: string): AgentLink[] {
  const agent = state.agents.get(agentId)
  if (agent === undefined) return []
  const place = placer(layout)
  const here = place(agentId)
  if (here === undefined) return []
  const links: AgentLink[] = []
  const parent = agent.parentId === null ? undefined : place(agent.parentId)
  if (parent !== undefined)
    links.push({ id: 'parent', from: parent, to: here, direction: 'spawn', isFlagged: false })
  for (const id of agent.dependsOn) {
    const from = place(id)
    const isFlagged = state.agents.get(id)?.status === 'flagged'
    if (from !== undefined) links.push({ id: `in:${id}`, from, to: here, direction: 'in', isFlagged })
  }
  for (const other of state.agents.values()) {
    if (links.length >= mostLinks) break
    const isChild = other.parentId === agentId
    if (!isChild && !other.dependsOn.includes(agentId)) continue
    const to = place(other.id)
    const isFlagged = !isChild && agent.status === 'flagged'
    const direction = isChild ? 'spawn' : 'out'
    if (to !== undefined) links.push({ id: `out:${other.id}`, from: here, to, direction, isFlagged })
  }
  return links.slice(0, mostLinks)
}

function placer(layout: MapLayout): (agentId: string) => Point | undefined {
  const homes = new Map<string, { group: PlacedGroup; index: number }>()
  for (const group of layout.groups)
    for (const [index, id] of group.agentIds.entries()) homes.set(id, { group, index })
  return (agentId) => {
    const home = homes.get(agentId)
    return home === undefined ? undefined : agentPoint(home.group, home.index)
  }
}
