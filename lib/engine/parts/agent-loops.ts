/** The loops of a run that are under way: agents at work, and searches for workflows. */
export class AgentLoops {
  readonly #loops = new Set<Promise<void>>()

  /** Tracks a loop until it has ended. */
  follow(loop: Promise<void>): void {
    const tracked = loop.finally(() => this.#loops.delete(tracked))
    this.#loops.add(tracked)
  }

  /** Resolves once every loop has ended, including those that began meanwhile. */
  async settled(): Promise<void> {
    while (this.#loops.size > 0) await Promise.all(this.#loops)
  }
}
