import { Refusal } from './problem'

/**
 * Event streams at once, in all and of one client: each holds a connection, and frames that nobody has read
 * yet.
 */
export type StreamLimits = { all: number; ofOne: number }

const usual: StreamLimits = { all: 1_000, ofOne: 200 }

/** How many more the client that gives up a stream then still has than the one that gets it. */
const AHEAD = 1

/** A stream that has a place; `giveUp` ends it from here. */
type Place = { giveUp(): void }

/**
 * Who holds event streams, so neither one client nor a few can take them all: once all are taken,
 * a client that has clearly more than the newcomer gives one up for it.
 */
export class StreamPlaces {
  /** Places of each client, oldest first. */
  readonly #held = new Map<string, Set<Place>>()
  #count = 0

  constructor(private readonly limits: StreamLimits = usual) {}

  /**
   * Takes a place; the function gives it back. `giveUp` is called at most once, should another client need
   * the place more: it is taken then, and the stream has to end. Throws a refusal when there is none.
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
   * Ends the oldest stream of the client that has most, if it is still ahead of one with `wanted` streams
   * afterwards. So its browser, which comes back at once, cannot take the place back from the newcomer, and
   * nobody goes in circles.
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
