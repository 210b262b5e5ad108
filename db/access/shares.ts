import { and, count, desc, eq, gt } from 'drizzle-orm'
import type { ShareStore } from '@/lib/core/ports/share-store'
import type { Queries } from '../open'
import { shares } from './schema'

/** Runs that are shared by a link. */
export function createShareStore(queries: Queries): ShareStore {
  return {
    async addShare(share, most) {
      return queries.transaction((within) => {
        const isOpen = and(eq(shares.runId, share.runId), gt(shares.expiresAt, share.createdAt))
        if ((within.select({ held: count() }).from(shares).where(isOpen).get()?.held ?? 0) >= most)
          return false
        within.insert(shares).values(share).run()
        return true
      })
    },

    async listShares(runId) {
      return queries
        .select()
        .from(shares)
        .where(eq(shares.runId, runId))
        .orderBy(desc(shares.createdAt))
        .all()
    },

    async withdrawShare(runId, id) {
      const meant = and(eq(shares.runId, runId), eq(shares.id, id))
      return queries.delete(shares).where(meant).returning({ id: shares.id }).all().length > 0
    },

    async findShare(digest) {
      return queries.select().from(shares).where(eq(shares.digest, digest)).get() ?? null
    },
  }
}
