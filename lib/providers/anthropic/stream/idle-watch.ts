import { setMaxListeners } from 'node:events'
import { type Timeline, watchSilence } from '@/lib/core/ports/clock'

/** `endless`: bytes came and came, and never an end. */
type Aborted = 'stalled' | 'interrupted' | 'endless'

/** Longer than any answer takes; a line that sends signs of life alone would be listened to for ever. */
export const LONGEST_ANSWER_MS = 6 * 3_600_000

/** Watches one request: its owner's signal and the silence on the line. */
export type IdleWatch = {
  /** Aborts the request when the owner aborts or the line is silent for too long. */
  signal: AbortSignal
  /** A byte came: the silence starts again. */
  alive(): void
  /** Why the request was aborted, if it was. */
  reason(): Aborted | null
  /** Ends the watch; must always be called. */
  end(): void
}

/**
 * Starts a watch. Silence is measured in `idleLimitMs` from now and from each byte, on a timeline of awake
 * time: a machine that slept has not listened. It is our own because the SDK's timeout stops counting at the
 * response's headers.
 */
export function watchIdle(owner: AbortSignal, idleLimitMs: number, awake: Timeline): IdleWatch {
  const controller = new AbortController()
  let reason: Aborted | null = null
  const abort = (why: Aborted) => {
    if (reason !== null) return
    reason = why
    forget()
    controller.abort()
  }
  const interrupted = () => abort('interrupted')
  const silence = watchSilence(awake, idleLimitMs, () => abort('stalled'))
  const forget = awake.after(LONGEST_ANSWER_MS, () => abort('endless'))
  // A whole run may share one signal; Node would warn of a leak at the eleventh.
  setMaxListeners(0, owner)
  if (owner.aborted) interrupted()
  else owner.addEventListener('abort', interrupted, { once: true })
  return {
    signal: controller.signal,
    alive: silence.feed,
    reason: () => reason,
    end() {
      silence.stop()
      forget()
      owner.removeEventListener('abort', interrupted)
    },
  }
}
