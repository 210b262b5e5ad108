import type { Fact } from '@/lib/core/ports/sandbox'
import type { EventOf, RunEvent } from '@/lib/core/run/events'
import type { Needs } from '../context/active-run'
import { sourceOf } from '../context/fact-sources'

type Refusal = Omit<EventOf<'call.refused'>, 'type'>

/**
 * Calls that were not begun: beyond the cap of agents, with a schema nobody can meet, of a workflow that is
 * not there. Each is recorded, so a script which was told no is told no again, also when the cap has
 * been raised since.
 */
export class Refusals {
  readonly #messages = new Map<string, string>()
  /** Calls that this process refused at a cap. */
  readonly #atCap = new Set<number>()
  /** Calls whose refusal was delivered, with its message. */
  readonly #told = new Map<number, string>()

  constructor(private readonly run: Needs<'facts'>) {}

  remember({ key, message }: EventOf<'call.refused'>): void {
    this.#messages.set(key, message)
  }

  /** Forgets the refusals of calls that a retried run makes again. */
  forget(keys: readonly string[]): void {
    for (const key of keys) this.#messages.delete(key)
  }

  /** How many calls were refused, with the most frequent reason; null when none was. */
  get summary(): string | null {
    const counts = new Map<string, number>()
    for (const message of this.#messages.values()) counts.set(message, (counts.get(message) ?? 0) + 1)
    const [most] = [...counts].sort(([, a], [, b]) => b - a)
    if (most === undefined) return null
    const all = this.#messages.size
    return `${all === 1 ? 'a call was' : `${all.toLocaleString('en')} calls were`} refused: ${most[0]}`
  }

  has(key: string): boolean {
    return this.#messages.has(key)
  }

  refuse(refusal: Refusal, events: RunEvent[]): void {
    this.#messages.set(refusal.key, refusal.message)
    events.push({ type: 'call.refused', ...refusal })
  }

  /** Notes that a call is refused at a cap, here and now. */
  meetCap(id: number): void {
    this.#atCap.add(id)
  }

  /** Whether what the script learns, or is about to, is that a cap was met. */
  isCap({ id }: Fact): boolean {
    return this.#atCap.has(id)
  }

  /** Why what the script learns is a refusal; null when it is something else. */
  why({ id }: Fact): string | null {
    return this.#told.get(id) ?? null
  }

  /** Lets the call wait for its refusal, which is due once it is on disk. */
  ask(id: number, key: string): void {
    this.run.facts.ask(
      sourceOf.call(key),
      () => this.fact(id, key) ?? { id, kind: 'throw', message: 'refused' },
    )
  }

  /** What a refused call learns; null when it was not refused. */
  fact(id: number, key: string): Fact | null {
    const message = this.#messages.get(key)
    if (message === undefined) return null
    this.#told.set(id, message)
    return { id, kind: 'throw', message }
  }
}
