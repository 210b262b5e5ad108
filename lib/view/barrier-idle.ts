import type { AgentState } from '@/lib/core/agent'
import type { Barrier, RunState } from '@/lib/core/state'

/** What waiting for the slowest cost at one `parallel`: how long its ended items stood still, together and at worst. */
export type BarrierIdle = {
  barrierId: string
  line: number | null
  sumMs: number
  worstMs: number
  /** Items that waited for another. */
  waited: number
  /** The agent everybody waited for, and those that waited: the last one of each item. */
  slowest: string
  lastAgents: readonly string[]
}

type ItemEnd = { atMs: number; agentId: string; isReused: boolean }

/**
 * Idle time at every closed `parallel`. An item ends with the last of its agents, those of barriers opened inside it
 * among them; from then until the barrier closed it waited. Reused answers waited for nothing that was paid. A
 * `pipeline` holds nobody up and has none.
 */
export function barrierIdle(state: RunState): BarrierIdle[] {
  const barriers = new Map(state.barriers.map((barrier) => [barrier.id, barrier]))
  const ends = new Map<string, Map<number, ItemEnd>>()
  for (const agent of state.agents.values()) {
    for (const { barrier, item } of placesOf(agent, barriers)) {
      const items = ends.get(barrier.id) ?? new Map<number, ItemEnd>()
      ends.set(barrier.id, items)
      const atMs = agent.endedAt === null ? Number.POSITIVE_INFINITY : Date.parse(agent.endedAt)
      const before = items.get(item)
      if (before === undefined || before.atMs < atMs)
        items.set(item, { atMs, agentId: agent.id, isReused: agent.reusedFrom !== null })
    }
  }
  return state.barriers.flatMap((barrier) => {
    const items = ends.get(barrier.id)
    return barrier.kind !== 'parallel' || barrier.closedAt === null || items === undefined
      ? []
      : [idleAt(barrier, Date.parse(barrier.closedAt), [...items.values()])]
  })
}

function idleAt({ id, line }: Barrier, closedMs: number, items: readonly ItemEnd[]): BarrierIdle {
  const waits = items.filter(({ isReused }) => !isReused).map(({ atMs }) => Math.max(0, closedMs - atMs))
  const last = items.reduce((slowest, item) => (item.atMs > slowest.atMs ? item : slowest))
  return {
    barrierId: id,
    line,
    sumMs: waits.reduce((sum, wait) => sum + wait, 0),
    worstMs: Math.max(0, ...waits),
    waited: waits.filter((wait) => wait > 0).length,
    slowest: last.agentId,
    lastAgents: items.map(({ agentId }) => agentId),
  }
}

/** Every barrier that waits for an agent: the innermost one it was called in, and those around it. */
export function placesOf(
  agent: AgentState,
  barriers: ReadonlyMap<string, Barrier>,
): { barrier: Barrier; item: number }[] {
  const places: { barrier: Barrier; item: number }[] = []
  let place = agent.barrier
  // An id can stand in its own chain only in a journal that somebody bent.
  while (place !== null && places.length < 64) {
    const barrier = barriers.get(place.barrierId)
    if (barrier === undefined) break
    places.push({ barrier, item: place.item })
    place = barrier.within
  }
  return places
}

/** All of it together. */
export function idleTotal(idle: readonly BarrierIdle[]): { sumMs: number; worstMs: number } {
  return {
    sumMs: idle.reduce((sum, one) => sum + one.sumMs, 0),
    worstMs: Math.max(0, ...idle.map((one) => one.worstMs)),
  }
}
