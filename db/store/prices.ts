import { asc, gt, sql } from 'drizzle-orm'
import type { PriceStore } from '@/lib/core/money/money-store'
import type { Queries } from '../open'
import { dailyCosts, priceVersions } from '../schema'

/** The price list's versions. */
export function createPriceStore(queries: Queries): PriceStore {
  return {
    async priceVersions() {
      return queries.select().from(priceVersions).orderBy(asc(priceVersions.id)).all()
    },

    async addPriceVersions(versions) {
      queries.transaction((within) => {
        for (const version of versions) within.insert(priceVersions).values(version).run()
      })
    },

    async usedModels() {
      return queries
        .select({ model: dailyCosts.model, since: sql<string>`min(${dailyCosts.day})` })
        .from(dailyCosts)
        .where(gt(dailyCosts.turns, 0))
        .groupBy(dailyCosts.model)
        .all()
    },
  }
}
