import type { AgentState } from '@/lib/core/agent/agent'
import type { Barrier, RunState } from '@/lib/core/run/state'
import { type Arrival, type ItemEnd, itemEnds } from './barrier-places'

/**
 * What waiting for the slowest cost at one `parallel`: how long its ended items were idle, in total and at
 * worst.
 */
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

/**
 * Idle time at every closed `parallel`. An item ends with the last of its agents, those of barriers opened
 * inside it among them; from then until the barrier closed it waited. Reused answers waited for nothing that
 * was paid. A `pipeline` holds nobody up and has none.
 */
export function barrierIdle(state: RunState): BarrierIdle[] {
  const barriers = new Map(state.barriers.map((barrier) => [barrier.id, barrier]))
  const ends = itemEnds([...state.agents.values()].map(arrivalOf), barriers)
  return state.barriers.flatMap((barrier) => {
    const items = ends.get(barrier.id)
    return barrier.kind !== 'parallel' || barrier.closedAt === null || items === undefined
      ? []
      : [idleAt(barrier, Date.parse(barrier.closedAt), [...items.values()])]
  })
}

function arrivalOf({ id, barrier, endedAt, reusedFrom }: AgentState): Arrival {
  return {
    id,
    barrier,
    endedAt: endedAt === null ? null : Date.parse(endedAt),
    isReused: reusedFrom !== null,
  }
}

function idleAt({ id, line }: Barrier, closedMs: number, items: readonly ItemEnd[]): BarrierIdle {
  const waits = items.filter(({ isReused }) => !isReused).map(({ at }) => Math.max(0, closedMs - at))
  const last = items.reduce((slowest, item) => (item.at > slowest.at ? item : slowest))
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

/** All of it together. */
export function idleTotal(idle: readonly BarrierIdle[]): { sumMs: number; worstMs: number } {
  return {
    sumMs: idle.reduce((sum, one) => sum + one.sumMs, 0),
    worstMs: Math.max(0, ...idle.map((one) => one.worstMs)),
  }
}
