import type { Envelope } from '@/lib/core/events'
import type { FailureKind } from '@/lib/core/failure'

/**
 * Counts agents that fail alike, one after another. An answer, another kind of failure or a resumed run begins the
 * count anew. Fed with the journal, so that a restart does not forget.
 */
export class Breaker {
  #kind: FailureKind | null = null
  #count = 0

  /** Says why the run should pause, at the failure that is one too many. `most` null or 0 never trips. */
  hear({ event }: Envelope, most: number | null, labelOf: (agentId: string) => string): string | null {
    if (event.type === 'run.resumed') this.#reset()
    if (event.type !== 'agent.ended') return null
    if (event.outcome === 'succeeded' || event.outcome === 'flagged') this.#reset()
    if (event.outcome !== 'failed' || event.failure === null) return null
    const { kind, message } = event.failure
    this.#count = kind === this.#kind ? this.#count + 1 : 1
    this.#kind = kind
    if (most === null || most === 0 || this.#count < most) return null
    return `${this.#count} agents in a row failed alike (${kind}). The last was ${JSON.stringify(labelOf(event.agentId))}: ${message} Look into it, then resume to go on.`
  }

  #reset(): void {
    this.#kind = null
    this.#count = 0
  }
}
