/** The loops of a run that are under way: agents at work, and searches for workflows. */
export class AgentLoops {
  readonly #loops = new Set<Promise<void>>()

  /** Follows a loop until it has come to rest. */
  follow(loop: Promise<void>): void {
    const tracked = loop.finally(() => this.#loops.delete(tracked))
    this.#loops.add(tracked)
  }

  /** Resolves once every loop has come to rest, those that began meanwhile included. */
  async settled(): Promise<void> {
    while (this.#loops.size > 0) await Promise.all(this.#loops)
  }
}
