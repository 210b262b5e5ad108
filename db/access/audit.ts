import { createHash } from 'node:crypto'
import { and, asc, desc, eq, gt, gte, lt, or, sql } from 'drizzle-orm'
import { AUDIT_BEGINNING, type AuditEntry, type AuditStore, auditText } from '@/lib/core/ports/audit-store'
import type { Queries } from '../open'
import { auditLog } from './schema'

/** The audit log: appended to, searched, and nothing else. */
export function createAuditStore(queries: Queries): AuditStore {
  return {
    async append(act) {
      return queries.transaction((on) => {
        const last = on
          .select({ seq: auditLog.seq, digest: auditLog.digest })
          .from(auditLog)
          .orderBy(desc(auditLog.seq))
          .limit(1)
          .get()
        const line = { ...act, seq: (last?.seq ?? 0) + 1, previous: last?.digest ?? AUDIT_BEGINNING }
        const digest = createHash('sha256').update(auditText(line)).digest('hex')
        on.insert(auditLog)
          .values({ ...line, actorId: act.actor.id, digest })
          .run()
        return { ...line, digest }
      })
    },

    async search({ text, actorId, operation, from, to, before, limit }) {
      const like = text === null ? null : `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
      const holds =
        like === null
          ? undefined
          : or(
              ...[auditLog.actor, auditLog.operation, auditLog.path, auditLog.client, auditLog.details].map(
                (column) => sql`${column} LIKE ${like} ESCAPE '\\'`,
              ),
            )
      return queries
        .select()
        .from(auditLog)
        .where(
          and(
            holds,
            actorId === null ? undefined : eq(auditLog.actorId, actorId),
            operation === null ? undefined : eq(auditLog.operation, operation),
            from === null ? undefined : gte(auditLog.at, from),
            to === null ? undefined : lt(auditLog.at, to),
            before === null ? undefined : lt(auditLog.seq, before),
          ),
        )
        .orderBy(desc(auditLog.seq))
        .limit(limit)
        .all()
        .map(entryOf)
    },

    async after(seq, limit) {
      return queries
        .select()
        .from(auditLog)
        .where(gt(auditLog.seq, seq))
        .orderBy(asc(auditLog.seq))
        .limit(limit)
        .all()
        .map(entryOf)
    },
  }
}

function entryOf({ actorId: _, ...rest }: typeof auditLog.$inferSelect): AuditEntry {
  return rest
}
