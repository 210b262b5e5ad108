import type { Clock } from '@/lib/core/ports/clock'
import { type Dispatcher, noCalendarCaps } from '@/lib/core/ports/dispatcher'
import type { Governor } from '@/lib/core/ports/ports'
import { createEmbeddedDispatcher, type EmbeddedSettings } from './embedded'

const letsEverybodyGo: Governor = {
  admit: async () => ({ headers() {}, settle() {} }),
  headroom: () => [],
}

/** The dispatcher that ships, on a test's clock; unless asked otherwise its governor lets everybody go. */
export function openDispatcher(
  clock: Clock,
  maxConcurrency = 200,
  governor: Governor = letsEverybodyGo,
  spent: Pick<EmbeddedSettings, 'spentByDay' | 'spentByPayer'> = { spentByDay: [], spentByPayer: [] },
): Dispatcher {
  return createEmbeddedDispatcher({
    now: clock.now,
    governor,
    maxConcurrency,
    caps: noCalendarCaps,
    ...spent,
  })
}
