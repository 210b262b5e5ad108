/**
 * What a wrong token costs the one who sent it, and how much of that may be owed before more tries are
 * refused.
 */
const CLIENT = { costMs: 10_000, mostMs: 50_000 }
/** The same for everybody together; it holds for those who have sent a wrong one. */
const ALL = { costMs: 1000, mostMs: 60_000 }

/** Most clients remembered; the one seen longest ago is forgotten first. */
const MOST_CLIENTS = 2000

type Verdict = { kind: 'right' } | { kind: 'wrong' } | { kind: 'braked'; waitSeconds: number }

/**
 * Slows guessing at the team's token down, from one address and from many. Those held up are refused with
 * a right token too, else a guess would still be told from the others; not so an address that has known the
 * token before: a stranger behind the same proxy must not lock it out.
 */
export class TokenGuard {
  readonly #debts = new Map<string, { untilMs: number; isTold: boolean }>()
  readonly #known = new Set<string>()
  #allUntilMs = 0

  constructor(
    private readonly now: () => number,
    private readonly log: (line: string) => void,
  ) {}

  /** Judges one try. `isRight` is asked only when the try counts. */
  judge(client: string, isRight: () => boolean): Verdict {
    const waitMs = this.#known.has(client) ? 0 : this.#waitMs(client)
    if (waitMs > 0) {
      this.#tell(client)
      return { kind: 'braked', waitSeconds: Math.ceil(waitMs / 1000) }
    }
    if (!isRight()) {
      this.#owe(client)
      return { kind: 'wrong' }
    }
    this.#known.delete(client)
    this.#known.add(client)
    dropOldest(this.#known)
    return { kind: 'right' }
  }

  #waitMs(client: string): number {
    const now = this.now()
    const own = (this.#debts.get(client)?.untilMs ?? 0) - now
    if (own <= 0) return 0
    return Math.max(own + CLIENT.costMs - CLIENT.mostMs, this.#allUntilMs - now + ALL.costMs - ALL.mostMs, 0)
  }

  #owe(client: string): void {
    const now = this.now()
    const before = this.#debts.get(client)
    const isNew = before === undefined || before.untilMs <= now
    if (isNew) this.log(`a wrong team token came from ${client}`)
    this.#debts.delete(client)
    this.#debts.set(client, {
      untilMs: Math.max(before?.untilMs ?? 0, now) + CLIENT.costMs,
      isTold: !isNew && before.isTold,
    })
    dropOldest(this.#debts)
    this.#allUntilMs = Math.max(this.#allUntilMs, now) + ALL.costMs
  }

  /** Once for each series of tries, however many follow. */
  #tell(client: string): void {
    const debt = this.#debts.get(client)
    if (debt === undefined || debt.isTold) return
    debt.isTold = true
    this.log(`too many wrong team tokens came from ${client}; more are refused for a while`)
  }
}

function dropOldest(kept: {
  size: number
  keys(): IterableIterator<string>
  delete(key: string): boolean
}): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_CLIENTS) return
    kept.delete(oldest)
  }
}
