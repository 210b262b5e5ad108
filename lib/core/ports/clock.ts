/** Takes a timer back; does nothing once it has fired. */
export type Cancel = () => void

/** One way in which time passes, read and waited for in milliseconds. Any length may be asked for. */
export type Timeline = {
  now(): number
  /**
   * Calls `run` once after `ms` milliseconds, never synchronously. The timer does not keep the process alive.
   */
  after(ms: number, run: () => void): Cancel
  /** Resolves after `ms` milliseconds. Rejects with the signal's reason on abort. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/**
 * The server's time. The clock itself is the wall clock in milliseconds since the epoch, for resets,
 * `retry-after`, days and deadlines. `awake` is for limits of work: it passes only while this process gets to
 * run, so a closed lid, a stopped process or a starved machine costs nobody time. What is judged on it is
 * judged after the messages that came meanwhile have been read.
 */
export type Clock = Timeline & {
  readonly awake: Timeline
  /**
   * Calls back with the milliseconds by which the wall clock moved while nothing could run; negative when it
   * was set back.
   */
  onSkip(tell: (ms: number) => void): Cancel
}

/** `sleep` of a timeline, from its `after`. */
export function sleepBy(after: Timeline['after']): Timeline['sleep'] {
  return (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const abort = () => {
        cancel()
        reject(signal.reason)
      }
      const cancel = after(ms, () => {
        signal.removeEventListener('abort', abort)
        resolve()
      })
      signal.addEventListener('abort', abort, { once: true })
    })
}

/** A watch that tells once when it was not fed for `limitMs`; feeding it costs a reading of the clock. */
export type SilenceWatch = { feed(): void; stop(): void }

/** Watches for silence on a timeline. */
export function watchSilence(time: Timeline, limitMs: number, tell: () => void): SilenceWatch {
  let fedMs = time.now()
  let cancel: Cancel = () => {}
  const look = () => {
    const leftMs = fedMs + limitMs - time.now()
    if (leftMs <= 0) tell()
    else cancel = time.after(leftMs, look)
  }
  cancel = time.after(limitMs, look)
  return {
    feed() {
      fedMs = time.now()
    },
    stop: () => cancel(),
  }
}

/** Calls `run` every `ms` milliseconds until it is cancelled. */
export function every(time: Timeline, ms: number, run: () => void): Cancel {
  let cancel: Cancel = () => {}
  let isOff = false
  const beat = () => {
    run()
    if (!isOff) cancel = time.after(ms, beat)
  }
  cancel = time.after(ms, beat)
  return () => {
    isOff = true
    cancel()
  }
}

/**
 * What `work` gives, or null when it has given nothing after `limitMs`. Work that is late goes on by itself:
 * nobody hears of it, nor of its failure.
 */
export function withinTime<T>(time: Timeline, limitMs: number, work: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const cancel = time.after(limitMs, () => resolve(null))
    work.then(resolve, reject).finally(cancel)
  })
}
