import type { Failure } from '@/lib/core/agent/failure'
import type { Headroom, RateLimits } from '@/lib/core/ports/ports'

/** One admitted request, as its bucket remembers it. */
export type Ticket = {
  epoch: number
  isProbe: boolean
  isAnswered: boolean
  isAccepted: boolean
  isSettled: boolean
}

/**
 * Whether a request may leave: now, when another one ends, or not before a moment (milliseconds since the
 * epoch).
 */
export type Opening = 'open' | 'full' | number

/** In flight before anything is known of the limits. */
export const FIRST_WINDOW = 16
/** Halving stops here. */
const SMALLEST_WINDOW = 4
/**
 * An answered stream stays in flight: it opens two places, so the requests that leave double every
 * round.
 */
const EAGER_GROWTH = 2
/** Above half of the window that once was too much. */
const CAREFUL_GROWTH = 0.25
/** First pause when the server names none; it doubles with every refused probe. */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000
/** Limits refill within a minute; a reset that is said to be farther away comes from a wrong clock. */
const LONGEST_RESET_MS = 120_000
const MINUTE_MS = 60_000

/**
 * What is known of one family's limits, and what follows from it: a window of requests in flight that opens
 * like TCP's slow start, a count of requests left by the server's own word, and one moment until which nobody
 * asks. Without timers and queues: the governor has those.
 */
export class Bucket {
  inFlight = 0
  #window = FIRST_WINDOW
  /** Half of the window that was too much; above it the window opens slowly. */
  #threshold = Number.POSITIVE_INFINITY
  #blockedUntil: number | null = null
  /** After a block one request goes ahead of all others; nobody follows before it is answered. */
  #probing: 'no' | 'wanted' | 'sent' = 'no'
  /** Counts blocked periods: refusals of requests sent before the present one say nothing new. */
  #epoch = 0
  #refusedInARow = 0
  #unanswered = 0
  #limits: RateLimits | null = null
  /** What is left of each limit the server tells of, as far as we can know between its words. */
  readonly #left = [new Allowance('requests'), new Allowance('inputTokens'), new Allowance('outputTokens')]
  #family: string

  constructor(family: string) {
    this.#family = family
  }

  get blockedUntil(): number | null {
    return this.#blockedUntil
  }

  /** Whether one more request may leave at `now`. */
  opening(now: number): Opening {
    if (this.#blockedUntil !== null) {
      if (now < this.#blockedUntil) return this.#blockedUntil
      this.#blockedUntil = null
      this.#probing = 'wanted'
    }
    if (this.#probing === 'wanted') return 'open'
    if (this.#probing === 'sent' || this.inFlight >= Math.floor(this.#window)) return 'full'
    return this.#allowance(now)
  }

  /** Counts a request that leaves now; only after `opening` said so. */
  take(now: number): Ticket {
    const isProbe = this.#probing === 'wanted'
    if (isProbe) this.#probing = 'sent'
    this.inFlight += 1
    this.#unanswered += 1
    for (const left of this.#left) left.take(now)
    return { epoch: this.#epoch, isProbe, isAnswered: false, isAccepted: false, isSettled: false }
  }

  /** The response's headers. They come with refusals too, so they open nothing by themselves. */
  headers(ticket: Ticket, limits: RateLimits, now: number): void {
    this.#answer(ticket)
    this.#limits = limits
    for (const left of this.#left)
      left.onEvent(limits, { unanswered: this.#unanswered, inFlight: this.inFlight }, now)
  }

  /** The request was let through: the window opens. */
  accept(ticket: Ticket): void {
    if (ticket.isAccepted || ticket.epoch !== this.#epoch) return
    ticket.isAccepted = true
    if (ticket.isProbe && this.#probing === 'sent') {
      this.#probing = 'no'
      this.#refusedInARow = 0
      this.#window = Math.min(FIRST_WINDOW, this.#threshold)
    }
    this.#window += this.#window < this.#threshold ? EAGER_GROWTH : CAREFUL_GROWTH
    if (this.#limits !== null) this.#jump(this.#limits)
  }

  /**
   * Counts a request's end. True when it closed or prolonged a block, so those who wait should hear of
   * it.
   */
  settle(ticket: Ticket, failed: Failure | null, now: number): boolean {
    if (ticket.isSettled) return false
    ticket.isSettled = true
    this.inFlight -= 1
    this.#answer(ticket)
    if (failed === null) this.accept(ticket)
    else if (failed.kind === 'rate-limit' || failed.kind === 'overloaded')
      return this.#refuse(ticket, failed, now)
    // A probe that died of something else has told nothing: the next one in line asks.
    else if (ticket.isProbe && ticket.epoch === this.#epoch && this.#probing === 'sent')
      this.#probing = 'wanted'
    return false
  }

  headroom(): Headroom {
    return {
      family: this.#family,
      inFlight: this.inFlight,
      window: Math.floor(this.#window),
      blockedUntil: this.#blockedUntil === null ? null : new Date(this.#blockedUntil).toISOString(),
      limits: this.#limits,
    }
  }

  #answer(ticket: Ticket): void {
    if (ticket.isAnswered) return
    ticket.isAnswered = true
    this.#unanswered -= 1
  }

  /** Opens to what the server says is left, but not past a window that was too much. */
  #jump(limits: RateLimits): void {
    if (
      limits.requestsRemaining === null ||
      limits.inputTokensRemaining === 0 ||
      limits.outputTokensRemaining === 0
    )
      return
    this.#window = Math.max(this.#window, Math.min(this.inFlight + limits.requestsRemaining, this.#threshold))
  }

  #refuse(ticket: Ticket, failed: Failure, now: number): boolean {
    const isNews = ticket.epoch === this.#epoch
    if (isNews) {
      this.#epoch += 1
      this.#refusedInARow += 1
      const inUse = Math.min(this.#window, this.inFlight + 1)
      this.#threshold = Math.max(SMALLEST_WINDOW, Math.floor(inUse / 2))
      this.#window = this.#threshold
      this.#probing = 'no'
    }
    const asked = this.#askedPauseMs(failed, now)
    const before = this.#blockedUntil ?? 0
    if (isNews || asked !== null) {
      const until =
        now + (asked ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#refusedInARow - 1)))
      this.#blockedUntil = Math.max(before, until)
    }
    return isNews || (this.#blockedUntil ?? 0) - before > 1_000
  }

  /**
   * The pause the server asked for: `retry-after`, or the reset of a limit that is used up if that is later.
   */
  #askedPauseMs(failed: Failure, now: number): number | null {
    const resets = failed.kind === 'rate-limit' ? usedUpResets(this.#limits) : []
    const reset = Math.max(0, ...resets.map((at) => at - now).filter((ms) => ms <= LONGEST_RESET_MS))
    if (failed.retryAfterMs === null) return reset > 0 ? reset : null
    return Math.max(failed.retryAfterMs, reset)
  }

  #allowance(now: number): Opening {
    const waits = this.#left.map((left) => left.opening(now)).filter((at) => at !== null)
    return waits.length === 0 ? 'open' : Math.max(...waits)
  }
}

/**
 * How much of what was learned of a request's cost is kept with each word of the server: some hundred words
 * count.
 */
const KEPT = 0.997

/**
 * What is left of one rate limit: the server's last figure minus what was sent since. The API's buckets
 * refill steadily, a minute's worth in a minute. A request costs one of the request limit, and of a token
 * limit the average learned between two figures of the server.
 */
class Allowance {
  #left = 0
  #perMinute = 0
  #at = 0
  #cost: number | null
  /** What the server said last, and what has been refilled since. */
  #told = 0
  #gained = 0
  #used = 0
  #words = 0

  constructor(private readonly what: 'requests' | 'inputTokens' | 'outputTokens') {
    this.#cost = what === 'requests' ? 1 : null
  }

  /** A request leaves: it will have been counted by the time the server says more. */
  take(now: number): void {
    this.#refill(now)
    this.#left -= this.#cost ?? 0
  }

  /** The server's word. Requests that are unanswered may not have been counted in it yet. */
  onEvent(limits: RateLimits, requests: { unanswered: number; inFlight: number }, now: number): void {
    const remaining = limits[`${this.what}Remaining`]
    const limit = limits[`${this.what}Limit`]
    if (remaining === null || limit === null || limit <= 0) return
    const isKnown = this.#perMinute > 0
    this.#refill(now)
    if (this.what !== 'requests' && isKnown) {
      const used = Math.max(0, this.#told + this.#gained - remaining)
      // Many responses arrive at the same moment, and the first one's figure covers the others too: average
      // over sums, not over the last one.
      this.#used = this.#used * KEPT + used
      this.#words = this.#words * KEPT + 1
      this.#cost = this.#used / this.#words
    }
    this.#told = remaining
    this.#gained = 0
    this.#perMinute = limit
    this.#at = Math.max(now, this.#at)
    // Output is counted as it comes: of those that are answered, half is still to come.
    const open = this.what === 'outputTokens' ? requests.inFlight / 2 : requests.unanswered
    this.#left = remaining - open * (this.#cost ?? 0)
  }

  /** When there is room for one more request; null when there is now. */
  opening(now: number): number | null {
    if (this.#perMinute === 0 || this.#cost === null) return null
    this.#refill(now)
    const missing = Math.min(this.#cost, this.#perMinute) - this.#left
    return missing <= 0 ? null : Math.ceil(now + (missing * MINUTE_MS) / this.#perMinute)
  }

  #refill(now: number): void {
    const gained = (Math.max(0, now - this.#at) / MINUTE_MS) * this.#perMinute
    this.#at = Math.max(now, this.#at)
    this.#left = Math.min(this.#perMinute, this.#left + gained)
    this.#gained = Math.min(this.#perMinute - this.#told, this.#gained + gained)
  }
}

function usedUpResets(limits: RateLimits | null): number[] {
  if (limits === null) return []
  return [
    limits.requestsRemaining === 0 ? limits.requestsResetAt : null,
    limits.inputTokensRemaining === 0 ? limits.inputTokensResetAt : null,
    limits.outputTokensRemaining === 0 ? limits.outputTokensResetAt : null,
  ]
    .filter((at) => at !== null)
    .map((at) => Date.parse(at))
    .filter((at) => !Number.isNaN(at))
}
