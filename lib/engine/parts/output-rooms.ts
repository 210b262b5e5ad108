import { likelyRoom, MOST_SAMPLES } from '@/lib/core/caps/output-room'

/**
 * What the turns of each phase needed so far, by model: where money is short, the next ones leave with as
 * much. A process that takes a run up begins without, and learns it again.
 */
export class OutputRooms {
  readonly #needs = new Map<string, number[]>()

  /** A turn came back: its output in tokens; of one that was cut, what it would have needed at least. */
  note(phase: string | null, model: string, tokens: number): void {
    const key = keyOf(phase, model)
    const needs = this.#needs.get(key) ?? []
    needs.push(tokens)
    if (needs.length > MOST_SAMPLES) needs.shift()
    this.#needs.set(key, needs)
  }

  /** The output that a turn is likely to need, in tokens. */
  likely(phase: string | null, model: string, effort: string | null): number {
    return likelyRoom(this.#needs.get(keyOf(phase, model)) ?? [], model, effort)
  }
}

function keyOf(phase: string | null, model: string): string {
  return `${model}\n${phase ?? ''}`
}
