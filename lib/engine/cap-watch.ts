/** So many rounds in a row of nothing but refusals, and a script that asks again will do so for ever. */
const MOST_ROUNDS = 3

/**
 * Tells a script that only meets a cap from one that goes on to something else. What it asks for while the refusals of a
 * round reach it belongs to the next round: thousands of calls of one `parallel` are one round, however they are handed
 * over. Any answer begins the count anew; calls that are still out then belong to no round.
 */
export class CapWatch {
  #asked = 0
  #heard = 0
  #out = 0
  #roundEnd = 0
  #rounds = 0

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

  /** The script learned something that is no refusal. */
  somethingNew(): void {
    this.#asked = this.#out
    this.#heard = 0
    this.#roundEnd = this.#out
    this.#rounds = 0
  }

  /** Whether so many whole rounds brought nothing but refusals; looked at when the script asks again. */
  get isBarren(): boolean {
    return this.#rounds >= MOST_ROUNDS && this.#heard >= this.#roundEnd
  }
}
