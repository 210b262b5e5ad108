/**
 * After `WIDE_CALLS` refused calls, `WIDE_ROUNDS` rounds are enough: each further round would be thousands of
 * calls.
 */
const WIDE_ROUNDS = 3
const WIDE_CALLS = 10_000

/**
 * Tells a script that only meets refusals from one that moves on: after `mostRounds` consecutive rounds of
 * refusals, a script that asks again would do so forever. What it asks for while the refusals of a round
 * reach it belongs to the next round: thousands of calls of one `parallel` are one round, however they are
 * handed over. Any answer restarts the count; calls that are still out then belong to no round.
 */
export class CapWatch {
  #asked = 0
  #heard = 0
  #out = 0
  #roundEnd = 0
  #rounds = 0

  constructor(private readonly mostRounds: number) {}

  /** The script made a call. */
  asked(): void {
    this.#asked += 1
    this.#out += 1
  }

  /** A call was refused at a cap, and the script has been told. */
  refused(): void {
    this.#out -= 1
    this.#heard += 1
    if (this.#heard <= this.#roundEnd) return
    this.#rounds += 1
    this.#roundEnd = Math.max(this.#asked, this.#heard)
  }

  /** A call was answered, and the script has been told. */
  answered(): void {
    this.#out -= 1
    this.somethingNew()
  }

  /** A call ended with neither a refusal nor an answer that could change what the script does next. */
  passed(): void {
    this.#asked -= 1
    this.#out -= 1
  }

  /** The script has been told something other than a refusal, so the count starts again. */
  somethingNew(): void {
    this.#asked = this.#out
    this.#heard = 0
    this.#roundEnd = this.#out
    this.#rounds = 0
  }

  /** Whether enough whole rounds brought only refusals; read when the script makes another call. */
  get isBarren(): boolean {
    const isMuch =
      this.#rounds >= this.mostRounds || (this.#rounds >= WIDE_ROUNDS && this.#heard >= WIDE_CALLS)
    return isMuch && this.#heard >= this.#roundEnd
  }
}
