import type { Envelope } from '@/lib/core/run/events'

/**
 * What people have said to agents that the agents have not been told yet. The journal holds both halves, what
 * was said (`agent.steered`) and how much of it was passed on (`agent.steering-delivered`), so a crash
 * loses and doubles nothing.
 */
export class SteeringMessages {
  readonly #pending = new Map<string, string[]>()
  readonly #writing = new Map<string, Promise<unknown>>()
  /** Agents that have given their last word: nothing said now would reach them. */
  readonly #sealed = new Set<string>()

  /** Receives every envelope of the run, including those from before this process. */
  onEvent({ event }: Envelope): void {
    if (event.type === 'agent.steered') this.#of(event.agentId).push(event.message)
    if (event.type === 'agent.steering-delivered') this.#of(event.agentId).splice(0, event.count)
    if (event.type === 'agent.ended') this.#pending.delete(event.agentId)
  }

  /** Writes something down for an agent. False when it has given its last word. */
  async say(agentId: string, write: () => Promise<unknown>): Promise<boolean> {
    if (this.#sealed.has(agentId)) return false
    const before = this.#writing.get(agentId)
    const mine = Promise.all([before?.catch(() => {}), write()])
    this.#writing.set(agentId, mine)
    try {
      await mine
      return true
    } finally {
      if (this.#writing.get(agentId) === mine) this.#writing.delete(agentId)
    }
  }

  /** Messages that an agent has not received yet; resolves once all messages being recorded are committed. */
  async waitingFor(agentId: string): Promise<readonly string[]> {
    while (this.#writing.has(agentId)) await this.#writing.get(agentId)?.catch(() => {})
    return [...(this.#pending.get(agentId) ?? [])]
  }

  /**
   * Closes and gives true; gives false when a message is pending or being recorded. Synchronous, so no
   * message can come in between.
   */
  sealUnlessPending(agentId: string): boolean {
    if (this.#writing.has(agentId) || (this.#pending.get(agentId)?.length ?? 0) > 0) return false
    this.#sealed.add(agentId)
    return true
  }

  seal(agentId: string): void {
    this.#sealed.add(agentId)
  }

  unseal(agentId: string): void {
    this.#sealed.delete(agentId)
  }

  #of(agentId: string): string[] {
    const list = this.#pending.get(agentId) ?? []
    this.#pending.set(agentId, list)
    return list
  }
}
