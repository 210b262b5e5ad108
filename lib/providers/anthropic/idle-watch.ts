import { setMaxListeners } from 'node:events'
import { type Timeline, watchSilence } from '@/lib/core/clock'

/** Watches one request: its owner's signal and the silence on the line. */
export type IdleWatch = {
  /** Aborts the request when the owner aborts or the line is silent for too long. */
  signal: AbortSignal
  /** A byte came: the silence starts again. */
  alive(): void
  /** Why the request was aborted, if it was. */
  reason(): 'stalled' | 'interrupted' | null
  /** Ends the watch; must always be called. */
  end(): void
}

/**
 * Starts a watch. Silence is measured in `idleLimitMs` from now and from each byte, on a timeline of awake time: a
 * machine that slept has not listened. It is our own because the SDK's timeout stops counting at the response's headers.
 */
export function watchIdle(owner: AbortSignal, idleLimitMs: number, awake: Timeline): IdleWatch {
  const controller = new AbortController()
  let reason: 'stalled' | 'interrupted' | null = null
  const abort = (why: 'stalled' | 'interrupted') => {
    if (reason !== null) return
    reason = why
    controller.abort()
  }
  const interrupted = () => abort('interrupted')
  const silence = watchSilence(awake, idleLimitMs, () => abort('stalled'))
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
      owner.removeEventListener('abort', interrupted)
    },
  }
}
