import type { BarrierItem } from '@/lib/core/agent/agent'

/** An agent as a barrier sees it: where it was called, and when it ended, in milliseconds since 1970. */
export type Arrival = {
  id: string
  barrier: BarrierItem | null
  endedAt: number | null
  isReused: boolean
}

/** The last agent of an item; `at` is infinite while it goes on. */
export type ItemEnd = { agentId: string; at: number; isReused: boolean }

/** Every barrier around a place: the innermost one first, each with the item of it. */
export function placesFrom<B extends { within: BarrierItem | null }>(
  innermost: BarrierItem | null,
  barriers: ReadonlyMap<string, B>,
): { barrier: B; item: number }[] {
  const places: { barrier: B; item: number }[] = []
  let place = innermost
  // Only a corrupted journal can hold a barrier inside itself.
  while (place !== null && places.length < 64) {
    const barrier = barriers.get(place.barrierId)
    if (barrier === undefined) break
    places.push({ barrier, item: place.item })
    place = barrier.within
  }
  return places
}

/**
 * By barrier and item, the agent with which the item ended: those of barriers opened inside it are among its
 * agents.
 */
export function itemEnds(
  arrivals: Iterable<Arrival>,
  barriers: ReadonlyMap<string, { id: string; within: BarrierItem | null }>,
): Map<string, Map<number, ItemEnd>> {
  const ends = new Map<string, Map<number, ItemEnd>>()
  for (const { id, barrier: place, endedAt, isReused } of arrivals) {
    for (const { barrier, item } of placesFrom(place, barriers)) {
      const items = ends.get(barrier.id) ?? new Map<number, ItemEnd>()
      ends.set(barrier.id, items)
      const at = endedAt ?? Number.POSITIVE_INFINITY
      const before = items.get(item)
      if (before === undefined || before.at < at) items.set(item, { at, agentId: id, isReused })
    }
  }
  return ends
}
