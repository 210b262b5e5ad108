import type { Timeline } from '@/lib/core/ports/clock'

/** A sleep that can be cut short, for a loop that waits for time to pass and for news. */
export class InterruptibleSleep {
  #wake: (() => void) | null = null
  #isWoken = false

  constructor(
    private readonly time: Timeline,
    private readonly signal: AbortSignal,
  ) {}

  /** Sleeps; at once over when it was woken since the last time. Rejects with the signal's reason. */
  async sleep(delayMs: number): Promise<void> {
    this.signal.throwIfAborted()
    if (!this.#isWoken && delayMs > 0) {
      const alarm = new AbortController()
      this.#wake = () => alarm.abort()
      const stop = () => alarm.abort()
      this.signal.addEventListener('abort', stop, { once: true })
      await this.time.sleep(delayMs, alarm.signal).catch(() => {})
      this.signal.removeEventListener('abort', stop)
      this.#wake = null
    }
    this.#isWoken = false
    this.signal.throwIfAborted()
  }

  wake(): void {
    this.#isWoken = true
    this.#wake?.()
  }
}
