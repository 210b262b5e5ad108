import { z } from 'zod'
import { type AdminApi, type Fetch, openAdminApi } from '@/lib/billing/client'
import { BillingProblem } from '@/lib/billing/problem'
import { actorSchema } from '@/lib/core/base/actor'
import { jsonValue } from '@/lib/core/base/json'
import { type MappedKeys, mappedKeysSchema } from '@/lib/core/billing/billed'
import type { BillingStore } from '@/lib/core/ports/billing-store'
import type { SettingStore } from '@/lib/core/ports/setting-store'
import { withoutSecrets } from '@/lib/view/export/secrets'
import type { Seal } from '../services/seal'
import { inTurn } from './in-turn'
import { readWhole } from './read-whole'

const storedSchema = z
  .object({ sealed: z.string(), hint: z.string(), setAt: z.string(), setBy: actorSchema })
  .nullable()
type Stored = z.infer<typeof storedSchema>
const mappingSchema = z.array(mappedKeysSchema)

const KEY = 'billing-key'
const MAPPING = 'billing-mapping'

/** How many characters of the key are shown, so that it is told from others. */
const SHOWN = 4

/** Longest that one answer may take, and the largest that is read. */
const ANSWER_MS = 30_000
const MOST_BYTES = 10_000_000

/** What may be told of the Admin key: its last characters, when it was set and by whom. Never more. */
export type AdminKeyHint = Omit<NonNullable<Stored>, 'sealed'>

type Parts = {
  store: SettingStore & { billing: BillingStore }
  seal: Seal
  /** Where the Admin API is, without a slash at its end. */
  baseUrl: string
  now: () => number
  closing: AbortSignal
}

/**
 * The Admin key of the organisation that pays, and whose keys and workspaces are of which project. The key is sealed
 * in the database, opened in this process alone, and given to nobody.
 */
export class BillingAccount {
  readonly #secrets = new Set<string>()
  readonly #inTurn = inTurn()
  #api: AdminApi | null = null

  private constructor(
    private readonly parts: Parts,
    private stored: Stored,
    private known: readonly MappedKeys[],
  ) {
    this.#open()
  }

  static async open(parts: Parts): Promise<BillingAccount> {
    const stored = storedSchema.parse((await parts.store.getSetting(KEY)) ?? null)
    const mapping = mappingSchema.parse((await parts.store.getSetting(MAPPING)) ?? [])
    return new BillingAccount(parts, stored, mapping)
  }

  get hint(): AdminKeyHint | null {
    if (this.stored === null) return null
    const { sealed: _, ...rest } = this.stored
    return rest
  }

  /** Which keys and workspaces are of which project; those of none are in no list. */
  get mapping(): readonly MappedKeys[] {
    return this.known
  }

  /** Where the Admin API is asked. */
  get baseUrl(): string {
    return this.parts.baseUrl
  }

  /** Every key that was opened since the start, to be taken out of whatever leaves this server. */
  secrets(): string[] {
    return [...this.#secrets]
  }

  /** The Admin API as the key of this moment reaches it; another one after the key was changed. Throws `BillingProblem`. */
  reach(): AdminApi {
    if (this.stored === null)
      throw new BillingProblem('unauthorized', 'No Admin key is set. An owner sets one under Settings.')
    if (this.#api === null)
      throw new BillingProblem(
        'unauthorized',
        'The Admin key cannot be read: it was sealed with another SKEIN_SECRETS_KEY, or another skein.key. Bring that back and restart, or set the key again.',
      )
    return this.#api
  }

  /** Keeps a key, and forgets what was read by the one before: it may be of another organisation. */
  set(key: string, by: Omit<AdminKeyHint, 'hint'>): Promise<void> {
    return this.#keep({ ...by, sealed: this.parts.seal.seal(key), hint: key.slice(-SHOWN) })
  }

  /** Forgets the key, and what was read by it. */
  forget(): Promise<void> {
    return this.#keep(null)
  }

  /** Says which keys and workspaces are of which project. */
  setMapping(mapping: readonly MappedKeys[]): Promise<void> {
    return this.#inTurn(async () => {
      await this.parts.store.putSetting(MAPPING, jsonValue(mapping))
      this.known = mapping
    })
  }

  /** Keeps days that were read by a way in, unless that is not the present one any more. */
  save(api: AdminApi, days: Parameters<BillingStore['saveBilledDays']>[0]): Promise<void> {
    return this.#inTurn(async () => {
      if (api === this.#api) await this.parts.store.billing.saveBilledDays(days)
    })
  }

  #keep(next: Stored): Promise<void> {
    return this.#inTurn(async () => {
      await this.parts.store.putSetting(KEY, jsonValue(next))
      this.stored = next
      this.#open()
      await this.parts.store.billing.forgetBilledDays()
    })
  }

  #open(): void {
    this.#api = null
    const key = this.stored === null ? null : this.parts.seal.open(this.stored.sealed)
    if (key === null) return
    this.#secrets.add(key)
    const { baseUrl, now, closing } = this.parts
    const clean = (text: string) => withoutSecrets(text, this.secrets())
    this.#api = openAdminApi({ key, baseUrl, fetch: fetchUntil(closing), now, clean })
  }
}

/** Redirects are answered, not followed: a key would follow them. */
function fetchUntil(closing: AbortSignal): Fetch {
  return async (url, { headers, signal }) => {
    const signals = [closing, AbortSignal.timeout(ANSWER_MS), ...(signal == null ? [] : [signal])]
    const answer = await fetch(url, {
      ...(headers === undefined ? {} : { headers }),
      redirect: 'manual',
      signal: AbortSignal.any(signals),
    })
    return readWhole(answer, MOST_BYTES)
  }
}
