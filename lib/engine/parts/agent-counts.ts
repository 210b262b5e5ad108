import type { RunJournal } from './run-journal'

/** Agents that count against caps before the journal has them. */
export class AgentCounts {
  /** Agents that were bought, or are about to be: answers that were taken over are none. */
  bought = 0
  /** Agents on their way to the journal, with their phase. */
  readonly #making = new Map<string, string>()

  constructor(private readonly journal: RunJournal) {}

  /** An agent of this phase is about to be recorded. */
  making(agentId: string, phase: string): void {
    this.#making.set(agentId, phase)
  }

  /** Phases of the agents that are on their way to the journal: they count against caps of agents already. */
  phasesInTheMaking(): string[] {
    const { agents } = this.journal.state
    for (const agentId of this.#making.keys()) if (agents.has(agentId)) this.#making.delete(agentId)
    return [...this.#making.values()]
  }
}
