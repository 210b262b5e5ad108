import type { Clock } from '@/lib/core/ports/clock'
import { createSystemClock } from '../services/system-clock'

/** The clock of a test that runs in real time. */
export const realClock = createSystemClock()

/**
 * A real clock that reads `aheadMs` more than it is: wall and awake time. Waits take as long as they take. Below 0,
 * for a test on a day that has passed, the wall alone is set back: awake time begins at 0 and has no past.
 */
export function createClockAhead(): Clock & { aheadMs: number } {
  const clock = {
    ...realClock,
    aheadMs: 0,
    now: () => realClock.now() + clock.aheadMs,
    awake: { ...realClock.awake, now: () => realClock.awake.now() + Math.max(0, clock.aheadMs) },
  }
  return clock
}
