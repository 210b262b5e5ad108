/** Time that agents have spent waiting for a batch: it is not work and counts against no time limit. */
export class BatchWaitTime {
  readonly #spent = new Map<string, number>()
  readonly #since = new Map<string, number>()

  enters(agentId: string, nowMs: number): void {
    this.#since.set(agentId, nowMs)
  }

  returns(agentId: string, nowMs: number): void {
    this.#spent.set(agentId, this.ms(agentId, nowMs))
    this.#since.delete(agentId)
  }

  /** Milliseconds so far, what goes on included. */
  ms(agentId: string, nowMs: number): number {
    const since = this.#since.get(agentId)
    return (this.#spent.get(agentId) ?? 0) + (since === undefined ? 0 : Math.max(0, nowMs - since))
  }
}
