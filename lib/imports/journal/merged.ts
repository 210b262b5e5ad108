import type { RunEvent } from '@/lib/core/run/events'

/** An event with its time, before it has a place in a journal. */
export type TimedEvent = { at: string; event: RunEvent }

/**
 * Lists that are each in order of time, as one. One at a time, so that whoever takes them can let other work in
 * between; of the same time, the earlier list goes first.
 */
export function* mergedByTime(lists: readonly (readonly TimedEvent[])[]): Generator<TimedEvent> {
  const heap = lists.flatMap((list, order) => (list.length === 0 ? [] : [{ list, order, next: 0 }]))
  heap.sort((a, b) => (isBefore(a, b) ? -1 : 1))
  for (let first = heap[0]; first !== undefined; first = heap[0]) {
    const timed = first.list[first.next]
    if (timed === undefined) return
    yield timed
    first.next += 1
    if (first.next === first.list.length) {
      const last = heap.pop()
      if (last === undefined || heap.length === 0) return
      if (last !== first) heap[0] = last
    }
    sink(heap)
  }
}

type Cursor = { list: readonly TimedEvent[]; order: number; next: number }

function isBefore(a: Cursor, b: Cursor): boolean {
  const [atA, atB] = [a.list[a.next]?.at ?? '', b.list[b.next]?.at ?? '']
  return atA === atB ? a.order < b.order : atA < atB
}

/** Moves the first of a heap down to where it belongs. */
function sink(heap: Cursor[]): void {
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2]
    const least = [left, right].reduce((best, child) => {
      const [one, other] = [heap[child], heap[best]]
      return one !== undefined && other !== undefined && isBefore(one, other) ? child : best
    }, at)
    const [moved, up] = [heap[at], heap[least]]
    if (least === at || moved === undefined || up === undefined) return
    heap[at] = up
    heap[least] = moved
    at = least
  }
}
