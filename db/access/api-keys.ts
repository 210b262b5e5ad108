import { and, count, desc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { ApiKey, KeyStore } from '@/lib/core/ports/key-store'
import type { Queries } from '../open'
import { apiKeys } from './schema'

/** API keys, by the digest of each; lists and ids are those of one project, or (null) of all. */
export function createKeyStore(queries: Queries, project: string | null): KeyStore {
  const isOwn = project === null ? undefined : eq(apiKeys.project, project)
  const byDigest = queries
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.digest, sql.placeholder('digest')))
    .prepare()
  return {
    async addKey({ owner, ...rest }, most) {
      return queries.transaction((within) => {
        const isGood = and(
          eq(apiKeys.ownerId, owner.id),
          isNull(apiKeys.revokedAt),
          or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, rest.createdAt)),
        )
        if ((within.select({ held: count() }).from(apiKeys).where(isGood).get()?.held ?? 0) >= most)
          return false
        within
          .insert(apiKeys)
          .values({ ...rest, ownerId: owner.id, ownerName: owner.name })
          .run()
        return true
      })
    },

    async listKeys(ownerId) {
      const own = ownerId === null ? undefined : eq(apiKeys.ownerId, ownerId)
      return queries
        .select()
        .from(apiKeys)
        .where(and(isOwn, own))
        .orderBy(desc(apiKeys.createdAt))
        .all()
        .map(keyOf)
    },

    async findKeyByDigest(digest) {
      const row = byDigest.get({ digest })
      return row === undefined ? null : keyOf(row)
    },

    async findKey(id) {
      const row = queries
        .select()
        .from(apiKeys)
        .where(and(isOwn, eq(apiKeys.id, id)))
        .get()
      return row === undefined ? null : keyOf(row)
    },

    async noteKeyUse(id, at) {
      queries.update(apiKeys).set({ lastUsedAt: at }).where(eq(apiKeys.id, id)).run()
    },

    async revokeKey(id, at) {
      queries.update(apiKeys).set({ revokedAt: at }).where(eq(apiKeys.id, id)).run()
    },
  }
}

function keyOf({ ownerId, ownerName, ...rest }: typeof apiKeys.$inferSelect): ApiKey {
  return { ...rest, owner: { id: ownerId, name: ownerName } }
}
