import type { Clock } from '@/lib/core/ports/clock'
import { type Dispatcher, noCalendarCaps } from '@/lib/core/ports/dispatcher'
import type { Governor } from '@/lib/core/ports/ports'
import { createEmbeddedDispatcher } from './embedded'

/** The dispatcher that ships, on a test's clock, with a governor that lets everybody go. */
export function openDispatcher(clock: Clock, maxConcurrency = 200): Dispatcher {
  const governor: Governor = {
    admit: async () => ({ headers() {}, settle() {} }),
    headroom: () => [],
  }
  return createEmbeddedDispatcher({
    now: clock.now,
    governor,
    maxConcurrency,
    caps: noCalendarCaps,
    spentByDay: [],
  })
}
