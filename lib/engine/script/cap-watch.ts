/** Rounds of thousands of calls need not be many. */
const WIDE_ROUNDS = 3
const WIDE_CALLS = 10_000

/**
 * Tells a script that only meets refusals from one that moves on: after this many rounds of refusals in a
 * row, a script that asks again would do so forever. What it asks for while the refusals of a round reach it
 * belongs to the next round: thousands of calls of one `parallel` are one round, however they are handed
 * over. Any answer restarts the count; calls that are still out then belong to no round.
 */
export class CapWatch {
  #asked = 0
  #heard = 0
  #out = 0
  #roundEnd = 0
  #rounds = 0

  constructor(private readonly mostRounds: number) {}

  /** The script made a call, whatever it leads to. */
  asked(): void {
    this.#asked += 1
    this.#out += 1
  }

  /** The script learned of a call that a cap was met. */
  refused(): void {
    this.#out -= 1
    this.#heard += 1
    if (this.#heard <= this.#roundEnd) return
    this.#rounds += 1
    this.#roundEnd = Math.max(this.#asked, this.#heard)
  }

  /** The script learned of a call what came of it. */
  answered(): void {
    this.#out -= 1
    this.somethingNew()
  }

  /** The script learned of a call that came to something, though to nothing that leads it elsewhere. */
  passed(): void {
    this.#asked -= 1
    this.#out -= 1
  }

  /** The script learned something that is no refusal. */
  somethingNew(): void {
    this.#asked = this.#out
    this.#heard = 0
    this.#roundEnd = this.#out
    this.#rounds = 0
  }

  /** Whether so many whole rounds brought nothing but refusals; looked at when the script asks again. */
  get isBarren(): boolean {
    const isMuch =
      this.#rounds >= this.mostRounds || (this.#rounds >= WIDE_ROUNDS && this.#heard >= WIDE_CALLS)
    return isMuch && this.#heard >= this.#roundEnd
  }
}
