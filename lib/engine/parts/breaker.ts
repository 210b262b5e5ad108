import type { FailureKind } from '@/lib/core/agent/failure'
import type { Envelope } from '@/lib/core/run/events'

/** What the breaker asks at a failure that may be one too many. */
export type Bystanders = {
  labelOf(agentId: string): string
  /** Turns in flight that have begun to answer: nobody has heard their end, but somebody answers them. */
  answering(): number
}

/** A failure, and how many turns had been answered before it. */
type Fall = { agentId: string; after: number }

/**
 * Pauses a run when `most` agents fail for one cause and outnumber the turns answered meanwhile: a model that
 * is gone trips it after `most` failures, a few refusals among many answers never do. It reads the journal,
 * so a restart keeps the count. A resumed run counts from zero.
 */
export class Breaker {
  readonly #falls = new Map<FailureKind, Fall[]>()
  /** Ids of the agents whose turns were answered since the oldest counted failure. */
  #turns: string[] = []
  #before = 0

  /** Gives the reason to pause at the failure that reaches `most`; null or 0 never trips. */
  onEvent({ event }: Envelope, most: number | null, bystanders: Bystanders | null): string | null {
    if (event.type === 'run.resumed' || event.type === 'run.retried') this.#reset()
    if (event.type === 'turn.committed' && this.#falls.size > 0) this.#turns.push(event.agentId)
    if (event.type !== 'agent.ended' || event.outcome !== 'failed' || event.failure === null) return null
    if (most === null || most === 0) return null
    const { kind, message } = event.failure
    const falls = [
      ...(this.#falls.get(kind) ?? []),
      { agentId: event.agentId, after: this.#before + this.#turns.length },
    ]
    this.#falls.set(kind, falls.slice(-most))
    this.#forgetOld()
    if (falls.length < most || bystanders === null) return null
    const answered = this.#answeredDuring(falls.slice(-most)) + bystanders.answering()
    if (answered >= most) return null
    const last = `The last was ${JSON.stringify(bystanders.labelOf(event.agentId))}: ${message}`
    return `${most} agents failed the same way (${kind}) while ${turns(answered)} answered. ${last} Fix the cause, then resume.`
  }

  /** Turns that were answered since the first of these failures, without those that led to them. */
  #answeredDuring(falls: readonly Fall[]): number {
    const failed = new Set(falls.map(({ agentId }) => agentId))
    const from = (falls[0]?.after ?? 0) - this.#before
    return this.#turns.slice(Math.max(0, from)).filter((agentId) => !failed.has(agentId)).length
  }

  #forgetOld(): void {
    const oldest = Math.min(
      ...[...this.#falls.values()].map(([first]) => first?.after ?? Number.POSITIVE_INFINITY),
    )
    const stale = oldest - this.#before
    if (stale <= 0 || !Number.isFinite(stale)) return
    this.#turns = this.#turns.slice(stale)
    this.#before = oldest
  }

  #reset(): void {
    this.#falls.clear()
    this.#turns = []
    this.#before = 0
  }
}

function turns(count: number): string {
  return count === 1 ? 'one turn was' : `${count === 0 ? 'no' : count} turns were`
}
