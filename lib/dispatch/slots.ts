/** Gives a slot back. Calling it twice does nothing. */
export type Release = () => void

type Waiter = { position: number; order: number; grant(release: Release): void }
type Queue = { held: number; limit: number | null; waiting: Waiter[]; servedLast: number }

/**
 * Slots shared fairly: a free one goes to the run that holds the fewest, of equals to the one served longest
 * ago (with fewer slots than runs the eldest would take every one), and within a run to the lowest position.
 * No run starves another, and no late agent its elders.
 */
export class Slots {
  #queues = new Map<string, Queue>()
  #used = 0
  #order = 0

  constructor(readonly max: number) {}

  get used(): number {
    return this.#used
  }

  get waiting(): number {
    let sum = 0
    for (const queue of this.#queues.values()) sum += queue.waiting.length
    return sum
  }

  /** Sets how many slots one run may hold; null means no bound of its own. */
  limit(runId: string, limit: number | null): void {
    this.#queue(runId).limit = limit
    this.#grantFree()
  }

  /** Most turns of a run that may be in flight. */
  mostOf(runId: string): number {
    return Math.min(this.max, this.#queue(runId).limit ?? this.max)
  }

  forget(runId: string): void {
    const queue = this.#queues.get(runId)
    if (queue?.held === 0 && queue.waiting.length === 0) this.#queues.delete(runId)
  }

  /**
   * Resolves with a slot. `onWait` is called if none is free at once. Rejects with the signal's reason on
   * abort.
   */
  acquire(
    runId: string,
    position: number,
    signal: AbortSignal,
    onWait: () => void = () => {},
  ): Promise<Release> {
    signal.throwIfAborted()
    const queue = this.#queue(runId)
    if (queue.waiting.length === 0 && this.#mayTake(queue)) return Promise.resolve(this.#take(queue))
    return new Promise((resolve, reject) => {
      const abort = () => {
        queue.waiting = queue.waiting.filter((other) => other !== waiter)
        reject(signal.reason)
      }
      const waiter: Waiter = {
        position,
        order: this.#order++,
        grant: (release) => {
          signal.removeEventListener('abort', abort)
          resolve(release)
        },
      }
      signal.addEventListener('abort', abort, { once: true })
      insert(queue.waiting, waiter)
      this.#grantFree()
      if (queue.waiting.includes(waiter)) onWait()
    })
  }

  #mayTake(queue: Queue): boolean {
    return this.#used < this.max && (queue.limit === null || queue.held < queue.limit)
  }

  #take(queue: Queue): Release {
    queue.held += 1
    queue.servedLast = this.#order++
    this.#used += 1
    let given = false
    return () => {
      if (given) return
      given = true
      queue.held -= 1
      this.#used -= 1
      this.#grantFree()
    }
  }

  #grantFree(): void {
    for (;;) {
      let poorest: Queue | null = null
      for (const queue of this.#queues.values()) {
        if (
          queue.waiting.length > 0 &&
          this.#mayTake(queue) &&
          (poorest === null || goesBefore(queue, poorest))
        )
          poorest = queue
      }
      const next = poorest?.waiting.shift()
      if (poorest === null || next === undefined) return
      next.grant(this.#take(poorest))
    }
  }

  #queue(runId: string): Queue {
    const known = this.#queues.get(runId)
    if (known !== undefined) return known
    const queue: Queue = { held: 0, limit: null, waiting: [], servedLast: -1 }
    this.#queues.set(runId, queue)
    return queue
  }
}

function goesBefore(a: Queue, b: Queue): boolean {
  return a.held < b.held || (a.held === b.held && a.servedLast < b.servedLast)
}

/** Keeps the list ordered by position, then arrival; binary search because a thousand may wait. */
function insert(list: Waiter[], waiter: Waiter): void {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = list[middle]
    if (
      other !== undefined &&
      (other.position < waiter.position || (other.position === waiter.position && other.order < waiter.order))
    )
      low = middle + 1
    else high = middle
  }
  list.splice(low, 0, waiter)
}
