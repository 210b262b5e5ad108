import { modelRules } from '@/lib/core/money/models'
import { tokenCounts, type Usage } from '@/lib/core/money/usage'
import type { AgentSpec } from '@/lib/core/ports/agent-store'
import type { Clock } from '@/lib/core/ports/clock'

/** A prefix in the provider's cache lives five minutes from its last use (prompt-caching page). */
const LIFETIME_MS = 5 * 60_000

/** Characters of a token, at least: a prefix is not taken for cacheable on a guess. */
const CHARACTERS_A_TOKEN = 4

/** The first of several turns that share a prefix: the others wait for its response to begin. */
export type Lead = {
  /** The response has begun: what it says of the cache decides whether the others were right to wait. */
  begun(usage: Usage): void
  /** It will not begin any more, or has: nobody waits for it from here on. */
  done(): void
}

type Prefix = {
  warmUntilMs: number
  /** Set while somebody is about to write it. */
  waiters: Set<() => void> | null
  /** The provider did not cache it; waiting again would save nothing. */
  isVain: boolean
}

/** How a turn waits: its deadline, the callback for its wait, and the signal that ends it. */
export type WarmUpAsked = {
  nowMs: number
  mostMs: number
  signal: AbortSignal
  onWait(untilMs: number): void
}

/**
 * Sends the first of many turns with the same beginning ahead: it fills the provider's cache, and the others
 * read it at a tenth of the price. A turn waits once, for a bounded time, and only while another is about to
 * fill it.
 */
export class WarmUps {
  readonly #prefixes = new Map<string, Prefix>()

  constructor(private readonly clock: Clock) {}

  /** Resolves when the turn may leave: with a lead when it is the first, with null when it follows. */
  async pass(key: string, asked: WarmUpAsked): Promise<Lead | null> {
    const prefix = this.#prefixes.get(key) ?? { warmUntilMs: 0, waiters: null, isVain: false }
    this.#prefixes.set(key, prefix)
    if (prefix.isVain) return null
    if (asked.nowMs < prefix.warmUntilMs) {
      prefix.warmUntilMs = asked.nowMs + LIFETIME_MS
      return null
    }
    if (prefix.waiters === null) return this.#lead(prefix, asked.nowMs)
    await bounded(this.clock, prefix.waiters, asked)
    return null
  }

  #lead(prefix: Prefix, nowMs: number): Lead {
    const waiters = new Set<() => void>()
    prefix.waiters = waiters
    const done = () => {
      if (prefix.waiters === waiters) prefix.waiters = null
      for (const go of waiters) go()
      waiters.clear()
    }
    return {
      begun: (usage) => {
        const { cacheReadTokens, cacheWriteTokens } = tokenCounts(usage)
        if (cacheReadTokens + cacheWriteTokens > 0) prefix.warmUntilMs = nowMs + LIFETIME_MS
        else prefix.isVain = true
        done()
      },
      done,
    }
  }
}

/**
 * What turns of these agents have in common, as a key; null where waiting for it would not pay: a prefix that
 * is too short to be cached, a model whose rules are not known.
 */
export function sharedPrefix(spec: AgentSpec, model: string, speed: string): string | null {
  const rules = modelRules(model)
  const tools = JSON.stringify(spec.tools)
  if (!rules.known || (spec.system.length + tools.length) / CHARACTERS_A_TOKEN < rules.minCacheTokens)
    return null
  return [model, speed, tools, spec.system].join('\n')
}

async function bounded(
  { awake }: Clock,
  waiters: Set<() => void>,
  { nowMs, mostMs, signal, onWait }: WarmUpAsked,
): Promise<void> {
  signal.throwIfAborted()
  onWait(nowMs + mostMs)
  await new Promise<void>((resolve, reject) => {
    const leave = () => {
      cancel()
      waiters.delete(go)
      signal.removeEventListener('abort', abort)
    }
    const go = () => {
      leave()
      resolve()
    }
    const abort = () => {
      leave()
      reject(signal.reason)
    }
    const cancel = awake.after(mostMs, go)
    signal.addEventListener('abort', abort, { once: true })
    waiters.add(go)
  })
}
