import type { Timeline } from '@/lib/core/ports/clock'
import type { RunJournal } from './run-journal'

/** Waits for agents of a run to end. */
export class AgentEnds {
  readonly #watchers = new Map<string, Set<() => void>>()

  constructor(
    private readonly journal: RunJournal,
    private readonly awake: Timeline,
  ) {}

  /** Told that an agent has ended. */
  ended(agentId: string): void {
    const watchers = this.#watchers.get(agentId)
    this.#watchers.delete(agentId)
    for (const tell of watchers ?? []) tell()
  }

  /** Resolves once the agent has ended, at once if it has. */
  whenEnded(agentId: string): Promise<void> {
    if (this.journal.agent(agentId).endedAt !== null) return Promise.resolve()
    return new Promise((resolve) => {
      this.#watch(agentId, resolve)
    })
  }

  /**
   * Resolves once `count` of these agents have ended, or the time is over. Rejects with the signal's reason.
   */
  async whenEnough(
    ids: readonly string[],
    count: number,
    mostMs: number | null,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted()
    const hasEnded = (id: string) => this.journal.agent(id).endedAt !== null
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        cancel()
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const abort = () => {
        cancel()
        reject(signal.reason)
      }
      const cancel = mostMs === null ? () => {} : this.awake.after(mostMs, done)
      signal.addEventListener('abort', abort, { once: true })
      const check = () => {
        if (ids.filter(hasEnded).length >= count) done()
      }
      for (const id of ids) if (!hasEnded(id)) this.#watch(id, check)
      check()
    })
  }

  #watch(agentId: string, tell: () => void): void {
    const watchers = this.#watchers.get(agentId) ?? new Set()
    watchers.add(tell)
    this.#watchers.set(agentId, watchers)
  }
}
