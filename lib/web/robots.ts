import { BoundedCache } from '@/lib/core/base/bounded-cache'
import type { Asked, Asker } from '@/lib/threads/pool'
import type { Answered } from './guarded-request'
import type { PageAnswer, PageCall } from './page-protocol'

/** What a host says to robots: its rules, or that it cannot say at the moment. */
type Rules = { kind: 'rules'; text: string } | { kind: 'unknown'; problem: string }

/** A host that was asked weighs its rules and a little more. */
const MOST_KEPT_CHARACTERS = 5_000_000
const ENTRY_CHARACTERS = 200
/** Rules beyond are not read, which RFC 9309 allows from 500 kibibytes on. */
export const MOST_ROBOTS_BYTES = 512_000

/** Follows redirects, and rejects only when its signal ends it. */
export type Follow = (address: string, signal: AbortSignal) => Promise<Answered>
export type AskPages = (call: PageCall, asker: Asker) => Promise<Asked<PageAnswer>>

/**
 * Asks hosts what robots may fetch (RFC 9309), each once: rules are followed, a host without any allows all, and
 * one that is out of order is left alone.
 */
export class Robots {
  readonly #kept = new BoundedCache<Rules>(MOST_KEPT_CHARACTERS)
  readonly #follow: Follow
  readonly #ask: AskPages
  readonly #userAgent: string

  constructor(parts: { follow: Follow; ask: AskPages; userAgent: string }) {
    this.#follow = parts.follow
    this.#ask = parts.ask
    this.#userAgent = parts.userAgent
  }

  /** Why an address is not fetched, in a sentence; null when it may be. */
  async refusal(url: URL, asker: Required<Asker>): Promise<string | null> {
    const rules = this.#kept.get(url.origin) ?? (await this.#fetchRules(url, asker.signal))
    if (rules.kind === 'unknown') return rules.problem
    this.#kept.set(url.origin, rules, rules.text.length + ENTRY_CHARACTERS)
    if (rules.text === '') return null
    const { text: robots } = rules
    const call = { kind: 'ask-robots' as const, robots, address: url.href, userAgent: this.#userAgent }
    const asked = await this.#ask(call, asker)
    if (!asked.ok) return `The rules of ${url.host} for robots could not be read: ${asked.reason}`
    const isAllowed = asked.answer.kind === 'robots' && asked.answer.isAllowed
    return isAllowed ? null : `${url.host} does not allow robots to fetch this page (robots.txt).`
  }

  async #fetchRules(url: URL, signal: AbortSignal): Promise<Rules> {
    const answered = await this.#follow(new URL('/robots.txt', url).href, signal)
    const unknown = (why: string): Rules => ({
      kind: 'unknown',
      problem: `${url.host} does not say at the moment what robots may fetch: ${why}`,
    })
    if (answered.kind !== 'answer')
      return unknown(answered.kind === 'problem' ? answered.problem : 'It redirects too often.')
    const { status, body } = answered
    if (status >= 500 || status === 429) return unknown(`It answered ${status}.`)
    const isSaid = status >= 200 && status < 300
    return { kind: 'rules', text: isSaid ? new TextDecoder().decode(body.bytes) : '' }
  }
}
