import { Refusal } from './problem'

/** Event streams at once, in all and of one client: each holds a connection, and frames that nobody has read yet. */
const MOST_STREAMS = 1_000
const MOST_OF_ONE = 200

/** Who holds event streams, so that one client cannot take them all. */
export class StreamPlaces {
  readonly #held = new Map<string, number>()
  #count = 0

  /** Takes a place; the function gives it back. Throws a refusal when there is none. */
  take(client: string): () => void {
    const own = this.#held.get(client) ?? 0
    if (own >= MOST_OF_ONE)
      throw new Refusal(
        'too-many',
        `This client has ${own} event streams open, and no more are given to one. Close some; \`/api/stream\` follows ${MOST_OF_ONE} runs on one connection.`,
      )
    if (this.#count >= MOST_STREAMS)
      throw new Refusal('busy', `All ${MOST_STREAMS.toLocaleString('en')} event streams are taken. Try again later.`)
    this.#held.set(client, own + 1)
    this.#count += 1
    let isBack = false
    return () => {
      if (isBack) return
      isBack = true
      this.#count -= 1
      const left = (this.#held.get(client) ?? 1) - 1
      if (left > 0) this.#held.set(client, left)
      else this.#held.delete(client)
    }
  }
}
