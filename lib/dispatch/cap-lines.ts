type Waiter = { position: number; wake(): void }

/** Lines of turns that wait for room under a cap, by name; each sorted by position. */
export class CapLines {
  readonly #lines = new Map<string, Waiter[]>()

  /** Resolves when it is this one's turn to ask again. Rejects with the signal's reason. */
  async stand(line: string, position: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        this.#leave(line, waiter)
        reject(signal.reason)
      }
      const waiter: Waiter = {
        position,
        wake: () => {
          signal.removeEventListener('abort', abort)
          resolve()
        },
      }
      signal.addEventListener('abort', abort, { once: true })
      const waiters = this.#lines.get(line) ?? []
      this.#lines.set(line, waiters)
      const at = waiters.findIndex((other) => other.position > position)
      waiters.splice(at < 0 ? waiters.length : at, 0, waiter)
    })
  }

  /**
   * Wakes the next in line. Each one that is admitted wakes the one after it, so freed headroom does not wake
   * a thousand waiters at once.
   */
  wake(line: string): void {
    const waiters = this.#lines.get(line)
    const next = waiters?.shift()
    if (waiters?.length === 0) this.#lines.delete(line)
    next?.wake()
  }

  #leave(line: string, waiter: Waiter): void {
    const rest = (this.#lines.get(line) ?? []).filter((other) => other !== waiter)
    if (rest.length > 0) this.#lines.set(line, rest)
    else this.#lines.delete(line)
  }
}
