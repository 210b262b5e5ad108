import { Refusal } from './problem'

/**
 * Event streams at once, in all and of one client: each holds a connection, and frames that nobody has read
 * yet.
 */
export type StreamLimits = { all: number; ofOne: number }

const usual: StreamLimits = { all: 1_000, ofOne: 200 }

/** A client gives up a stream only if it still has at least this many more than the newcomer afterwards. */
const AHEAD = 1

/** A stream that has a place; `giveUp` ends it from here. */
type Place = { giveUp(): void }

/**
 * Counts the open event streams of each client, so neither one client nor a few can take them all: once all
 * are taken, a client with clearly more streams than the newcomer gives one up.
 */
export class StreamPlaces {
  /** Places of each client, oldest first. */
  readonly #held = new Map<string, Set<Place>>()
  #count = 0

  constructor(private readonly limits: StreamLimits = usual) {}

  /** Streams that are open now, of all clients. */
  get open(): number {
    return this.#count
  }

  /**
   * Takes a place; the returned function gives it back. `giveUp` is called no more than once, when another
   * client gets the place: the stream then has to end. Throws a refusal when there is none.
   */
  take(client: string, giveUp: () => void): () => void {
    const own = this.#held.get(client)?.size ?? 0
    const { all, ofOne } = this.limits
    if (own >= ofOne)
      throw new Refusal(
        'too-many',
        `This client has ${own} event streams open, and no more are given to one. Close some; \`/api/stream\` follows many runs on one connection.`,
      )
    if (this.#count >= all && !this.#makeRoom(own + 1))
      throw new Refusal('busy', `All ${all.toLocaleString('en')} event streams are taken. Try again later.`)
    const place = { giveUp }
    const places = this.#held.get(client) ?? new Set()
    this.#held.set(client, places.add(place))
    this.#count += 1
    return () => this.#release(client, place)
  }

  /**
   * Ends the oldest stream of the client with the most streams, if that client still has more than `wanted`
   * afterwards. Otherwise its browser, which reconnects at once, would take the place back from the newcomer,
   * again and again.
   */
  #makeRoom(wanted: number): boolean {
    let most: { client: string; places: Set<Place> } | null = null
    for (const [client, places] of this.#held)
      if (places.size > (most?.places.size ?? 0)) most = { client, places }
    if (most === null || most.places.size - 1 < wanted + AHEAD) return false
    const [oldest] = most.places
    if (oldest === undefined) return false
    this.#release(most.client, oldest)
    oldest.giveUp()
    return true
  }

  #release(client: string, place: Place): void {
    const places = this.#held.get(client)
    if (places?.delete(place) !== true) return
    this.#count -= 1
    if (places.size === 0) this.#held.delete(client)
  }
}
