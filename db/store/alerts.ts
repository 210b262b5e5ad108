import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm'
import { defaultProject } from '@/lib/core/base/project'
import type { AlertStore, Delivery } from '@/lib/core/money/money-store'
import type { Queries } from '../open'
import { alerts, deliveries } from '../schema'

/** The project that an alert is of: its budget's, or that of the run it is about. */
const projectOfAlert = sql`CASE ${alerts.alert} ->> '$.kind'
  WHEN 'budget' THEN coalesce(${alerts.alert} ->> '$.budget.project', ${defaultProject})
  WHEN 'backup' THEN ${defaultProject}
  ELSE coalesce((SELECT r.project FROM runs r WHERE r.id = ${alerts.alert} ->> '$.runId'),
    (SELECT t.project FROM run_totals t WHERE t.run_id = ${alerts.alert} ->> '$.runId')) END`

/**
 * What people were warned of, and the notices that the webhook is sent. Alerts are those of one project, or (null)
 * of all.
 */
export function createAlertStore(queries: Queries, project: string | null): AlertStore {
  const isOwn = project === null ? undefined : sql`${projectOfAlert} = ${project}`
  const addDelivery = (delivery: Delivery, within: Pick<Queries, 'insert'> = queries) =>
    within.insert(deliveries).values(delivery).run()
  const pending = queries
    .select()
    .from(deliveries)
    .where(eq(deliveries.status, 'pending'))
    .orderBy(asc(deliveries.nextAt))
    .prepare()

  return {
    async addAlert(id, at, alert, delivery) {
      return queries.transaction((within) => {
        const { changes } = within.insert(alerts).values({ id, at, alert }).onConflictDoNothing().run()
        if (changes > 0 && delivery !== null) addDelivery(delivery, within)
        return changes > 0
      })
    },

    async listAlerts({ isOpen, limit }) {
      return queries
        .select()
        .from(alerts)
        .where(and(isOwn, isOpen ? isNull(alerts.dismissedAt) : undefined))
        .orderBy(desc(alerts.at), asc(alerts.id))
        .limit(limit)
        .all()
    },

    async dismissAlert(id, at, by) {
      const { changes } = queries
        .update(alerts)
        .set({ dismissedAt: at, dismissedBy: by })
        .where(and(isOwn, eq(alerts.id, id), isNull(alerts.dismissedAt)))
        .run()
      return changes > 0
    },

    async addDelivery(delivery) {
      addDelivery(delivery)
    },

    async saveDelivery({ id, status, attempts, nextAt, lastAnswer, deliveredAt }) {
      queries
        .update(deliveries)
        .set({ status, attempts, nextAt, lastAnswer, deliveredAt })
        .where(eq(deliveries.id, id))
        .run()
    },

    async pendingDeliveries() {
      return pending.all()
    },

    async listDeliveries(limit) {
      return queries
        .select()
        .from(deliveries)
        .orderBy(desc(deliveries.createdAt), asc(deliveries.id))
        .limit(limit)
        .all()
    },
  }
}
