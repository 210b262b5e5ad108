import type { Envelope } from '@/lib/core/run/events'
import type { AgentCounts } from './agent-counts'
import type { AgentEnds } from './agent-ends'
import type { AgentStarts } from './agent-starts'
import type { Approval } from './approval'
import { Breaker } from './breaker'
import type { InFlightTurn } from './in-flight-turn'
import type { RunEnding } from './run-ending'
import type { RunJournal } from './run-journal'
import type { RunPauses } from './run-pauses'
import type { SteeringMessages } from './steering-messages'

/** The parts that receive events. */
type Partners = {
  journal: RunJournal
  facts: { onEvent(envelope: Envelope): void }
  steeringMessages: SteeringMessages
  inFlightTurns: ReadonlyMap<string, InFlightTurn>
  agentEnds: AgentEnds
  agentStarts: AgentStarts
  agentCounts: AgentCounts
  approval: Approval
  permissionQuestions: { answered(): void }
  ending: RunEnding
  pauses: RunPauses
  report(error: unknown): void
}

/** Hands every committed event of a run to those who wait for it, and trips the breaker. */
export class EventRelay {
  readonly #breaker = new Breaker()

  constructor(private readonly partners: Partners) {}

  /** Receives every committed envelope of the run. */
  onEvent(envelope: Envelope): void {
    const { facts, steeringMessages, agentStarts, agentEnds, approval } = this.partners
    const { event } = envelope
    facts.onEvent(envelope)
    steeringMessages.onEvent(envelope)
    this.#watchBreaker(envelope)
    switch (event.type) {
      case 'checkpoint.answered':
        this.#onApproval()
        this.partners.permissionQuestions.answered()
        break
      case 'run.limits-changed':
        agentStarts.limitsChanged()
        break
      case 'agent.started':
        agentStarts.began(event.agentId)
        break
      case 'turn.started':
        approval.left(event.agentId)
        break
      case 'agent.ended':
        approval.left(event.agentId)
        agentStarts.ended(event.agentId)
        agentEnds.ended(event.agentId)
        break
      default:
    }
  }

  /**
   * State from before this process: the breaker's count, undelivered steering messages, and a cap that has
   * ended the run.
   */
  recall(journal: readonly Envelope[]): void {
    const { agentCounts, steeringMessages, ending, approval } = this.partners
    const { agents, run } = this.partners.journal.state
    agentCounts.bought = [...agents.values()].filter(({ reusedFrom }) => reusedFrom === null).length
    for (const envelope of journal) {
      const { event } = envelope
      this.#breaker.onEvent(envelope, run.breaker?.failures ?? null, null)
      steeringMessages.onEvent(envelope)
      if (event.type === 'call.refused' && event.endsRun) ending.byLimit ??= event.message
      if (event.type === 'run.retried') ending.byLimit = null
    }
    ending.byLimit ??= approval.stopped
  }

  /** Somebody may have said how far the run may go. */
  #onApproval(): void {
    const { ending, approval } = this.partners
    ending.byLimit ??= approval.stopped
    approval.answered()
  }

  #watchBreaker(envelope: Envelope): void {
    const { journal, inFlightTurns, pauses, report } = this.partners
    const detail = this.#breaker.onEvent(envelope, journal.state.run.breaker?.failures ?? null, {
      labelOf: (id) => journal.agent(id).label,
      answering: () => [...inFlightTurns.values()].filter(({ firstTokenAt }) => firstTokenAt !== null).length,
    })
    if (detail !== null) pauses.pause('breaker', detail, null).catch(report)
  }
}
