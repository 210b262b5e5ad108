import type { WorkTime } from './work-time'

/** When agents began in this process, and the timeouts of those at work. */
export class AgentStarts {
  readonly #checks = new Set<() => void>()
  readonly #begunMs = new Map<string, number>()

  constructor(private readonly workTime: WorkTime) {}

  /** An agent is heard to start. */
  began(agentId: string): void {
    this.#begunMs.set(agentId, this.workTime.now())
  }

  ended(agentId: string): void {
    this.#begunMs.delete(agentId)
  }

  /** When an agent began, as work time of the run in milliseconds; null for one that has not begun here. */
  begunMs(agentId: string): number | null {
    return this.#begunMs.get(agentId) ?? null
  }

  /** Calls back whenever limits were changed; the returned function ends that. */
  watch(check: () => void): () => void {
    this.#checks.add(check)
    return () => this.#checks.delete(check)
  }

  /** The limits of the run were changed: every timeout looks again. */
  limitsChanged(): void {
    for (const check of this.#checks) check()
  }
}
