import type { EventOf, RunEvent } from '@/lib/core/events'
import type { Fact } from '@/lib/core/sandbox'
import type { ActiveRun } from './active-run'
import { sourceOf } from './fact-sources'

type Refusal = Omit<EventOf<'call.refused'>, 'type'>

/**
 * Calls that were not begun: beyond the cap of agents, with a schema nobody can meet, of a workflow that is not there.
 * Each is recorded, so that a script which was told no is told no again, also when the cap has been raised since.
 */
export class Refusals {
  readonly #messages = new Map<string, string>()

  constructor(private readonly run: ActiveRun) {}

  remember({ key, message }: EventOf<'call.refused'>): void {
    this.#messages.set(key, message)
  }

  has(key: string): boolean {
    return this.#messages.has(key)
  }

  refuse(refusal: Refusal, events: RunEvent[]): void {
    this.#messages.set(refusal.key, refusal.message)
    events.push({ type: 'call.refused', ...refusal })
  }

  /** Lets the call wait for its refusal, which is due once it is on disk. */
  ask(id: number, key: string): void {
    this.run.facts.ask(sourceOf.call(key), () => this.fact(id, key) ?? { id, kind: 'throw', message: 'refused' })
  }

  /** What a refused call learns; null when it was not refused. */
  fact(id: number, key: string): Fact | null {
    const message = this.#messages.get(key)
    return message === undefined ? null : { id, kind: 'throw', message }
  }
}
