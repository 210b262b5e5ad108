import type { Readiness as Answer } from '@/lib/api/settings'
import { isNamed } from '@/lib/core/base/named-error'
import type { Clock } from '@/lib/core/ports/clock'
import type { StoreUnavailableError } from '@/lib/core/ports/journal-store'
import type { SettingStore } from '@/lib/core/ports/setting-store'

/** What was found holds so long: anybody may ask, and each look writes and sends something. */
const HOLDS_MS = 5_000

/** Longest that the provider may take to answer anything at all. */
const ASK_MS = 3_000

/** The setting that each look writes. */
const WRITTEN = 'readiness-checked-at'

type Check = Answer['checks'][number]

/** Looks at whether this server can do its work: its database takes what is written, its provider is there. */
export class Readiness {
  #last: { atMs: number; answer: Promise<Answer> } | null = null

  /** `address` is where the provider is reached, without a credential in it. */
  constructor(
    private readonly sources: {
      store: Pick<SettingStore, 'putSetting'>
      clock: Clock
      address: string
      simulated: boolean
    },
  ) {}

  /** What was found a moment ago, or is found now. */
  read(): Promise<Answer> {
    const nowMs = this.sources.clock.awake.now()
    if (this.#last === null || nowMs - this.#last.atMs > HOLDS_MS)
      this.#last = { atMs: nowMs, answer: this.#look() }
    return this.#last.answer
  }

  async #look(): Promise<Answer> {
    const checks: Check[] = [migrated, ...(await Promise.all([this.#store(), this.#provider()]))]
    return { status: checks.every(({ trouble }) => trouble === null) ? 'ready' : 'not-ready', checks }
  }

  async #store(): Promise<Check> {
    try {
      await this.sources.store.putSetting(WRITTEN, new Date(this.sources.clock.now()).toISOString())
      return { name: 'store', trouble: null }
    } catch (error) {
      const isKnown = isNamed<StoreUnavailableError>(error, 'StoreUnavailableError')
      return { name: 'store', trouble: isKnown ? error.message : 'The database cannot be written.' }
    }
  }

  /** Any answer shows that it is there, also a refusal: no credential is sent. */
  async #provider(): Promise<Check> {
    const { address, simulated } = this.sources
    try {
      const answer = await fetch(address, {
        method: 'HEAD',
        redirect: 'manual',
        cache: 'no-store',
        signal: AbortSignal.timeout(ASK_MS),
      })
      await answer.body?.cancel()
      return { name: 'provider', trouble: null }
    } catch {
      const who = simulated ? 'The simulator' : `The provider at ${new URL(address).host}`
      return { name: 'provider', trouble: `${who} does not answer.` }
    }
  }
}

/** An app that is put together has brought its database up to date; before that there is none to ask. */
const migrated: Check = { name: 'migrations', trouble: null }
