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
      // One statement: a first start adds the whole list.
      if (versions.length > 0)
        queries
          .insert(priceVersions)
          .values([...versions])
          .run()
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
