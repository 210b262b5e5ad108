import type { RunState } from '@/lib/core/run/state'
import { type BarrierIdle, idleTotal } from '../timeline/barrier-idle'
import { placesFrom } from '../timeline/barrier-places'
import type { Flow, MapEdge, MapGraph, MapGroup } from './map-shape'

export const orchestratorId = 'orchestrator'

/** Names of flagged answers in a tooltip; more would cover the map. */
const MOST_NAMED = 6

type Travel = { edge: MapEdge; sources: Set<string> }

/** Edges between groups. No edge per agent: edges, not nodes, kill fan-out graphs. */
export function edgesBetween(
  state: RunState,
  groups: readonly MapGroup[],
  homes: ReadonlyMap<string, string>,
  idle: readonly BarrierIdle[],
): Pick<MapGraph, 'edges' | 'idle'> {
  const data = dataEdges(state, homes)
  const edges = [...data, ...otherEdges(groups, data)]
  const flows = flowsOf(state, homes)
  const waits = idleByGroup(idle, homes)
  const labelOf = (agentId: string) => state.agents.get(agentId)?.label ?? agentId
  const told = edges.map((edge): MapEdge => {
    const flow = edge.kind === 'spawn' ? 'plain' : flows(edge.from, edge.to)
    const wait = flow === 'barrier' ? waits.get(edge.from) : undefined
    if (wait !== undefined) waits.delete(edge.from)
    return wait === undefined
      ? { ...edge, flow }
      : { ...edge, flow, idle: { ...wait, slowest: labelOf(wait.slowest) } }
  })
  return { edges: told, idle: idleTotal(idle) }
}

function plain(id: string, from: string, to: string, kind: MapEdge['kind']): MapEdge {
  return {
    id,
    from,
    to,
    kind,
    flow: 'plain',
    links: 0,
    answers: 0,
    flagged: 0,
    flaggedLabels: [],
    idle: null,
  }
}

function dataEdges(state: RunState, homes: ReadonlyMap<string, string>): MapEdge[] {
  const travels = new Map<string, Travel>()
  for (const agent of state.agents.values()) {
    const to = homes.get(agent.id)
    for (const dependency of agent.dependsOn) {
      const from = homes.get(dependency)
      if (from === undefined || to === undefined || from === to) continue
      const id = `${from}→${to}`
      const travel = travels.get(id) ?? { edge: plain(id, from, to, 'data'), sources: new Set<string>() }
      travel.edge.links += 1
      travel.sources.add(dependency)
      travels.set(id, travel)
    }
  }
  return [...travels.values()].map(({ edge, sources }) => {
    const flagged = [...sources].flatMap((id) => {
      const source = state.agents.get(id)
      return source?.status === 'flagged' ? [source.label] : []
    })
    return {
      ...edge,
      answers: sources.size,
      flagged: flagged.length,
      flaggedLabels: flagged.slice(0, MOST_NAMED),
    }
  })
}

/**
 * Edges from the agent that started each group, and the order of phases between neighbours that no answer
 * joins.
 */
function otherEdges(groups: readonly MapGroup[], data: readonly MapEdge[]): MapEdge[] {
  const joined = new Set(data.map((edge) => edge.id))
  let before: MapGroup | undefined
  return groups.flatMap((group): MapEdge[] => {
    if (group.hostId !== null) return [plain(`${group.hostId}⇢${group.id}`, group.hostId, group.id, 'spawn')]
    const last = before
    before = group
    if (last === undefined) return [plain(`${orchestratorId}⇢${group.id}`, orchestratorId, group.id, 'spawn')]
    if (joined.has(`${last.id}→${group.id}`)) return []
    return [plain(`${last.id}⇢${group.id}`, last.id, group.id, 'order')]
  })
}

/** Which barriers and pipelines hold agents of a group, seen from outside in. */
function flowsOf(state: RunState, homes: ReadonlyMap<string, string>): (from: string, to: string) => Flow {
  const barriers = new Map(state.barriers.map((barrier) => [barrier.id, barrier]))
  const held = new Map<string, Set<string>>()
  for (const agent of state.agents.values()) {
    const home = homes.get(agent.id)
    if (home === undefined || agent.barrier === null) continue
    const among = held.get(home) ?? new Set<string>()
    held.set(home, among)
    for (const { barrier } of placesFrom(agent.barrier, barriers)) among.add(barrier.id)
  }
  const none: ReadonlySet<string> = new Set()
  return (from, to) => {
    const [ours, theirs] = [held.get(from) ?? none, held.get(to) ?? none]
    for (const id of ours) if (barriers.get(id)?.kind === 'pipeline' && theirs.has(id)) return 'pipeline'
    for (const id of ours) if (barriers.get(id)?.kind === 'parallel' && !theirs.has(id)) return 'barrier'
    return 'plain'
  }
}

/** A barrier is drawn at the agent that ended last, for which the others waited. */
function idleByGroup(idle: readonly BarrierIdle[], homes: ReadonlyMap<string, string>) {
  const waits = new Map<string, { sumMs: number; worstMs: number; slowest: string }>()
  for (const { sumMs, worstMs, slowest } of idle) {
    const home = homes.get(slowest)
    if (home === undefined || sumMs === 0) continue
    const before = waits.get(home)
    waits.set(home, {
      sumMs: sumMs + (before?.sumMs ?? 0),
      worstMs: Math.max(worstMs, before?.worstMs ?? 0),
      slowest: before === undefined || worstMs > before.worstMs ? slowest : before.slowest,
    })
  }
  return waits
}
