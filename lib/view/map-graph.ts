import type { AgentState } from '@/lib/core/agent'
import { unphased } from '@/lib/core/fold'
import type { RunState } from '@/lib/core/state'

export type MapGroup = { id: string; title: string; detail: string | null; agentIds: readonly string[] }

/** `data`: answers travelled. `order`: phases follow one another. `spawn`: the script itself asked these agents. */
export type MapEdge = {
  id: string
  from: string
  to: string
  kind: 'data' | 'order' | 'spawn'
  /** How many agent-to-agent links it stands for. */
  links: number
  /** How many of them carry a flagged answer. */
  doubtful: number
}

export type MapGraph = { groups: MapGroup[]; edges: MapEdge[] }

export const orchestratorId = 'orchestrator'

/** Groups in the order of phases, and the edges between them. No edge per agent: edges kill fan-out graphs. */
export function mapGraph(state: RunState): MapGraph {
  const members = new Map<string, string[]>(state.phases.map((phase) => [phase.title, []]))
  for (const agent of state.agents.values()) {
    const title = agent.phase ?? unphased
    const ids = members.get(title)
    if (ids === undefined) members.set(title, [agent.id])
    else ids.push(agent.id)
  }
  const details = new Map(state.phases.map((phase) => [phase.title, phase.detail]))
  const groups = [...members].map(([title, agentIds]) => ({
    id: groupId(title),
    title,
    detail: details.get(title) ?? null,
    agentIds,
  }))
  const data = dataEdges(state)
  return { groups, edges: [...data, ...orderEdges(groups, data)] }
}

/** Canvas id of the group of a phase title. */
export function groupId(title: string): string {
  return `group:${title}`
}

/** Group in which an agent is drawn. */
export function groupOf(agent: AgentState): string {
  return groupId(agent.phase ?? unphased)
}

function dataEdges(state: RunState): MapEdge[] {
  const edges = new Map<string, MapEdge>()
  for (const agent of state.agents.values()) {
    for (const dependency of agent.dependsOn) {
      const source = state.agents.get(dependency)
      if (source === undefined) continue
      const [from, to] = [groupOf(source), groupOf(agent)]
      if (from === to) continue
      const id = `${from}→${to}`
      const edge = edges.get(id) ?? { id, from, to, kind: 'data', links: 0, doubtful: 0 }
      edge.links += 1
      edge.doubtful += source.status === 'flagged' ? 1 : 0
      edges.set(id, edge)
    }
  }
  return [...edges.values()]
}

/** The order of phases between neighbours that no answer joins, and the script before the first of them. */
function orderEdges(groups: readonly MapGroup[], data: readonly MapEdge[]): MapEdge[] {
  const joined = new Set(data.map((edge) => edge.id))
  return groups.flatMap((group, index): MapEdge[] => {
    const before = groups[index - 1]
    if (before !== undefined && joined.has(`${before.id}→${group.id}`)) return []
    const from = before?.id ?? orchestratorId
    const kind = before === undefined ? 'spawn' : 'order'
    return [{ id: `${from}⇢${group.id}`, from, to: group.id, kind, links: 0, doubtful: 0 }]
  })
}

/** `mapGraph` that answers with the same object until the shape of the run changes, never per token. */
export function graphSelector(): (state: RunState | null) => MapGraph | null {
  let key = ''
  let graph: MapGraph | null = null
  return (state) => {
    if (state === null) return null
    const next = `${state.run.id} ${state.agents.size} ${state.phases.length} ${state.census.flagged}`
    if (next !== key || graph === null) graph = mapGraph(state)
    key = next
    return graph
  }
}
