import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import { jsonValue } from '@/lib/core/base/json'
import type { Provider } from '@/lib/core/ports/ports'
import type { SettingStore } from '@/lib/core/ports/setting-store'
import { createAbsentProvider } from '@/lib/providers/absent'
import type { Seal } from '../services/seal'
import { inTurn } from './in-turn'

const storedSchema = z.record(
  z.string(),
  z.object({ sealed: z.string(), hint: z.string(), setAt: z.string(), setBy: actorSchema }),
)
type Stored = z.infer<typeof storedSchema>

const KEY = 'provider-keys'

/** How many characters of a key are shown, so that it is told from others. */
const SHOWN = 4

/** What may be told of a project's key: its last characters, when it was set and by whom. Never more. */
export type ProviderKeyHint = Omit<Stored[string], 'sealed'>

/** What is asked with a key, and all batches that were found to be its own. */
export type KeyedProvider = { provider: Provider; knownBatches: Set<string> }

type Parts = {
  store: SettingStore
  seal: Seal
  /** A provider that asks with a key where this installation asks. */
  providerFor(key: string): Provider
}

/**
 * Keys by which the runs of a project ask the provider in place of the installation's. They are sealed in the
 * database, opened in this process alone, and given to nobody. Runs at work go on with what they began with.
 */
export class ProviderKeys {
  readonly #providers = new Map<string, KeyedProvider>()
  readonly #secrets = new Set<string>()
  readonly #inTurn = inTurn()

  private constructor(
    private readonly parts: Parts,
    private stored: Stored,
  ) {
    for (const project of Object.keys(stored)) this.#open(project)
  }

  static async open(parts: Parts): Promise<ProviderKeys> {
    return new ProviderKeys(parts, storedSchema.parse((await parts.store.getSetting(KEY)) ?? {}))
  }

  /** What the runs of a project ask by; null where that is the installation's own. */
  of(project: string): KeyedProvider | null {
    return this.#providers.get(project) ?? null
  }

  hintOf(project: string): ProviderKeyHint | null {
    const found = this.stored[project]
    return found === undefined ? null : { hint: found.hint, setAt: found.setAt, setBy: found.setBy }
  }

  /** Every key that was opened since the start, to be taken out of whatever leaves this server. */
  secrets(): string[] {
    return [...this.#secrets]
  }

  /** Keeps a project's key; runs that begin or are taken up from now on ask by it. */
  set(project: string, key: string, by: Omit<ProviderKeyHint, 'hint'>): Promise<void> {
    const sealed = this.parts.seal.seal(key)
    return this.#change(
      (before) => ({ ...before, [project]: { ...by, sealed, hint: key.slice(-SHOWN) } }),
      project,
    )
  }

  /** Forgets a project's key. */
  forget(project: string): Promise<void> {
    return this.#change(({ [project]: _, ...others }) => others, project)
  }

  #change(next: (before: Stored) => Stored, project: string): Promise<void> {
    return this.#inTurn(async () => {
      const after = next(this.stored)
      await this.parts.store.putSetting(KEY, jsonValue(after))
      this.stored = after
      this.#open(project)
    })
  }

  #open(project: string): void {
    this.#providers.delete(project)
    const sealed = this.stored[project]?.sealed
    if (sealed === undefined) return
    const key = this.parts.seal.open(sealed)
    if (key !== null) this.#secrets.add(key)
    // Not the installation's in its place: somebody else would pay for what this project asks.
    const provider = key === null ? createAbsentProvider(unreadable) : this.parts.providerFor(key)
    this.#providers.set(project, { provider, knownBatches: new Set() })
  }
}

const unreadable =
  'The provider key of this project cannot be read: it was sealed with another SKEIN_SECRETS_KEY, or another skein.key. Bring that back and restart, or set the key again, then resume the run.'
