/** Lets turns through while open and holds them while shut: how a pause reaches every agent of a run. */
export class PauseGate {
  #open = true
  #waiting = new Set<() => void>()

  /** `turned` is called whenever it opens or shuts. */
  constructor(private readonly turned: (isOpen: boolean) => void = () => {}) {}

  get isOpen(): boolean {
    return this.#open
  }

  shut(): void {
    this.#open = false
    this.turned(false)
  }

  open(): void {
    this.#open = true
    this.turned(true)
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }

  /** Resolves once the gate is open. Rejects with the signal's reason on abort. */
  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    while (!this.#open) {
      await new Promise<void>((resolve, reject) => {
        const wake = () => {
          signal.removeEventListener('abort', abort)
          resolve()
        }
        const abort = () => {
          this.#waiting.delete(wake)
          reject(signal.reason)
        }
        signal.addEventListener('abort', abort, { once: true })
        this.#waiting.add(wake)
      })
    }
  }
}
