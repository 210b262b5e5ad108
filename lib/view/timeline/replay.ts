import type { Envelope } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'

/** Events between two kept states, which bounds what a jump has to fold. */
const SPACING = 500

/** A journal that gives the state of its run at any moment, by the usual fold. */
export class Replay {
  readonly #envelopes: Envelope[] = []
  /** State after the first SPACING, 2 × SPACING, … events. */
  readonly #kept: RunState[] = []
  #last: { count: number; state: RunState } | null = null

  get length(): number {
    return this.#envelopes.length
  }

  add(envelopes: readonly Envelope[]): void {
    for (const envelope of envelopes) this.#envelopes.push(envelope)
  }

  /** How many events had happened at a moment, in milliseconds since 1970. */
  countAt(ms: number): number {
    let low = 0
    let high = this.#envelopes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (timeOf(this.#envelopes[middle]) <= ms) low = middle + 1
      else high = middle
    }
    return low
  }

  /** When the event before, or after, a moment happened; null at either end. */
  neighbour(ms: number, by: 1 | -1): number | null {
    if (by === 1) {
      const next = this.#envelopes[this.countAt(ms)]
      return next === undefined ? null : timeOf(next)
    }
    const before = this.#envelopes[this.countAt(ms - 1) - 1]
    return before === undefined ? null : timeOf(before)
  }

  /** State after the first `count` events; null before the first. */
  stateAfter(count: number): RunState | null {
    if (count <= 0) return null
    if (this.#last?.count === count) return this.#last.state
    for (let kept = this.#kept.length; (kept + 1) * SPACING <= count; kept += 1) {
      const before = this.#kept[kept - 1] ?? null
      this.#kept.push(foldAll(before, this.#envelopes.slice(kept * SPACING, (kept + 1) * SPACING)))
    }
    const index = Math.floor(count / SPACING)
    const from = this.#kept[index - 1] ?? null
    const nearer = this.#last !== null && this.#last.count < count && this.#last.count >= index * SPACING
    const start = nearer && this.#last !== null ? this.#last : { count: index * SPACING, state: from }
    const rest = this.#envelopes.slice(start.count, count)
    const state = rest.length === 0 ? start.state : foldAll(start.state, rest)
    if (state !== null) this.#last = { count, state }
    return state
  }
}

function timeOf(envelope: Envelope | undefined): number {
  return envelope === undefined ? Number.POSITIVE_INFINITY : Date.parse(envelope.at)
}
