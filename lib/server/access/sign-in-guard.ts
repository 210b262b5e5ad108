/** What a wrong try costs, and how much of that may be owed before more are refused. */
const ADDRESS = { costMs: 10_000, mostMs: 60_000 }
/** After ten wrong passwords an account is locked for strangers; a minute gives one try back. */
const ACCOUNT = { costMs: 60_000, mostMs: 600_000 }

/** Most addresses, accounts and pairs of them remembered; the oldest is forgotten first. */
const MOST_KEPT = 5_000

/** A try that counts: as wrong, unless `right` is called. */
export type Try = { kind: 'open'; right(): void } | { kind: 'braked'; waitSeconds: number }

/**
 * Brakes an address that guesses passwords, and locks an account that is guessed at, from however many
 * addresses. A try is counted before its password is looked at, so many at once are no way round. Somebody
 * is not locked out by strangers where they have signed in before.
 */
export class SignInGuard {
  readonly #owed = new Map<string, number>()
  readonly #known = new Set<string>()
  readonly #told = new Set<string>()

  constructor(
    private readonly now: () => number,
    private readonly log: (line: string) => void,
  ) {}

  /** Counts a try from an address for an account, which need not exist. */
  begin(address: string, account: string): Try {
    const pair = JSON.stringify([address, account])
    const bounds = this.#known.has(pair)
      ? [{ key: `pair ${pair}`, ...ACCOUNT }]
      : [
          { key: `address ${address}`, ...ADDRESS },
          { key: `account ${account}`, ...ACCOUNT },
        ]
    const waitMs = Math.max(...bounds.map((bound) => this.#waitMs(bound)))
    if (waitMs > 0) {
      this.#tell(address)
      return { kind: 'braked', waitSeconds: Math.ceil(waitMs / 1000) }
    }
    for (const { key, costMs } of bounds) this.#owe(key, costMs)
    return {
      kind: 'open',
      right: () => {
        for (const { key, costMs } of bounds) this.#owe(key, -costMs)
        this.#known.add(pair)
        this.#told.delete(address)
        dropOldest(this.#known)
      },
    }
  }

  #waitMs({ key, costMs, mostMs }: { key: string; costMs: number; mostMs: number }): number {
    const owedMs = (this.#owed.get(key) ?? 0) - this.now()
    return owedMs <= 0 ? 0 : Math.max(0, owedMs + costMs - mostMs)
  }

  #owe(key: string, ms: number): void {
    const until = Math.max(this.#owed.get(key) ?? 0, this.now()) + ms
    this.#owed.delete(key)
    this.#owed.set(key, until)
    dropOldest(this.#owed)
  }

  /** Once for each series of tries. The account is not named: what was typed there may be a password. */
  #tell(address: string): void {
    if (this.#told.has(address)) return
    this.#told.add(address)
    dropOldest(this.#told)
    this.log(`too many wrong sign-ins came from ${address}; more are refused for a while`)
  }
}

function dropOldest(kept: {
  size: number
  keys(): IterableIterator<string>
  delete(key: string): boolean
}): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) return
    kept.delete(oldest)
  }
}
