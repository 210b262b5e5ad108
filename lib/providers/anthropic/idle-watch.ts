import { setMaxListeners } from 'node:events'

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
 * Starts a watch. Silence is measured in `idleLimitMs` from now and from each byte. It is our own because the SDK's
 * timeout stops counting at the response's headers.
 */
export function watchIdle(owner: AbortSignal, idleLimitMs: number): IdleWatch {
  const controller = new AbortController()
  let reason: 'stalled' | 'interrupted' | null = null
  const abort = (why: 'stalled' | 'interrupted') => {
    if (reason !== null) return
    reason = why
    controller.abort()
  }
  const interrupted = () => abort('interrupted')
  // One timer for the whole stream, pushed back by each chunk: making a new one per chunk costs at 500 streams.
  const timer = setTimeout(() => abort('stalled'), Math.min(idleLimitMs, LONGEST_TIMER_MS))
  timer.unref()
  // A whole run may share one signal; Node would warn of a leak at the eleventh.
  setMaxListeners(0, owner)
  if (owner.aborted) interrupted()
  else owner.addEventListener('abort', interrupted, { once: true })
  return {
    signal: controller.signal,
    alive: () => timer.refresh(),
    reason: () => reason,
    end() {
      clearTimeout(timer)
      owner.removeEventListener('abort', interrupted)
    },
  }
}

/** Node fires a longer timer at once. */
const LONGEST_TIMER_MS = 2_147_483_647
