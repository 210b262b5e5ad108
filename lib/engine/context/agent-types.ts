import type { AgentType, AgentTypes } from '@/lib/core/agent/agent-type'

/**
 * The agent types a run has met. Each is read once for the whole run, also across restarts: a file that
 * changes meanwhile must not change the keys of calls that were paid for.
 */
export class MetAgentTypes {
  readonly #met = new Map<string, AgentType>()
  readonly #refused = new Map<string, string>()

  constructor(private readonly types: AgentTypes) {}

  /** A type as an agent of this run was made with it. */
  remember(name: string, type: AgentType): void {
    if (!this.#met.has(name)) this.#met.set(name, type)
  }

  /** Reads the types these calls name, so the calls themselves need not wait. */
  async meet(names: Iterable<string>, signal: AbortSignal): Promise<void> {
    for (const name of new Set(names)) {
      if (this.#met.has(name) || this.#refused.has(name)) continue
      const found = await this.types.find(name, signal)
      if (found.kind === 'found') this.#met.set(name, found.type)
      else
        this.#refused.set(
          name,
          found.kind === 'unusable'
            ? found.message
            : `There is no agent type ${JSON.stringify(name)}. There are: ${found.known.join(', ')}.`,
        )
    }
  }

  /** The type of that name; null when it was refused or never met. */
  get(name: string): AgentType | null {
    return this.#met.get(name) ?? null
  }

  /** Why a call of that type cannot be made; null when it can. */
  refusal(name: string): string | null {
    return this.#met.has(name) ? null : (this.#refused.get(name) ?? null)
  }
}
