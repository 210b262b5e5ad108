import { asc, between } from 'drizzle-orm'
import type { BillingStore } from '@/lib/core/ports/billing-store'
import type { Queries } from '../open'
import { billedDays } from './schema'

/** What was reported as billed. */
export function createBillingStore(queries: Queries): BillingStore {
  return {
    async billedDays(from, to) {
      return queries
        .select()
        .from(billedDays)
        .where(between(billedDays.day, from, to))
        .orderBy(asc(billedDays.day))
        .all()
    },

    async saveBilledDays(days) {
      queries.transaction(
        (within) => {
          for (const one of days) {
            const { day: _, ...become } = one
            within
              .insert(billedDays)
              .values(one)
              .onConflictDoUpdate({ target: billedDays.day, set: become })
              .run()
          }
        },
        { behavior: 'immediate' },
      )
    },

    async forgetBilledDays() {
      queries.delete(billedDays).run()
    },
  }
}
