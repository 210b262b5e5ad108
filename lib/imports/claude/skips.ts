import type { Skipped } from '@/lib/core/spec/imported'

/** Most kinds of things that are told apart; the rest are told together. */
const MOST_KINDS = 40

/** Counts what could not be read, by what it was. Says nothing of its contents. */
export class Skips {
  readonly #counts = new Map<string, number>()

  add(what: string, count = 1): void {
    if (count <= 0) return
    const name = this.#counts.has(what) || this.#counts.size < MOST_KINDS ? what : 'other things'
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }

  addAll(skipped: readonly Skipped[]): void {
    for (const { what, count } of skipped) this.add(what, count)
  }

  list(): Skipped[] {
    return [...this.#counts].map(([what, count]) => ({ what, count }))
  }
}
