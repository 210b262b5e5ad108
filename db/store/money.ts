import { z } from 'zod'
import { actorSchema } from '@/lib/core/base/actor'
import { alertSchema } from '@/lib/core/money/alerts'
import type { Delivery, MoneyStore, PriceVersion } from '@/lib/core/money/money-store'
import { priceSchema } from '@/lib/core/money/pricing'
import type { Connection } from '../open'
import { createRepricingStore } from './repricing'
import { parsed } from './rows'

const versionSchema = z.object({
  id: z.number(),
  model: z.string(),
  effectiveFrom: z.string(),
  price: z.string().nullable(),
  origin: z.enum(['shipped', 'edited']),
  setAt: z.string(),
  setBy: z.string(),
  note: z.string(),
})

const deliverySchema = z.object({
  id: z.string(),
  createdAt: z.string(),
  kind: z.enum(['alert', 'test']),
  body: z.string(),
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.number(),
  nextAt: z.string().nullable(),
  lastAnswer: z.string().nullable(),
  deliveredAt: z.string().nullable(),
}) satisfies z.ZodType<Delivery>

const deliveryColumns = `id, created_at AS createdAt, kind, body, status, attempts, next_at AS nextAt,
  last_answer AS lastAnswer, delivered_at AS deliveredAt`

const alertRow = z.object({
  id: z.string(),
  at: z.string(),
  alert: z.string(),
  dismissedAt: z.string().nullable(),
  dismissedBy: z.string().nullable(),
})

/** Prices, alerts, notices and re-pricings, in the tables of their own. */
export function createMoneyStore(connection: Connection): MoneyStore {
  const addDelivery = (delivery: Delivery) =>
    connection
      .prepare(
        `INSERT INTO deliveries (id, created_at, kind, body, status, attempts, next_at, last_answer, delivered_at)
         VALUES (@id, @createdAt, @kind, @body, @status, @attempts, @nextAt, @lastAnswer, @deliveredAt)`,
      )
      .run(delivery)

  return {
    ...createRepricingStore(connection),

    async priceVersions() {
      return connection
        .prepare(
          `SELECT id, model, effective_from AS effectiveFrom, price, origin, set_at AS setAt, set_by AS setBy, note
           FROM price_versions ORDER BY id`,
        )
        .all()
        .map((row): PriceVersion => {
          const version = versionSchema.parse(row)
          return {
            ...version,
            setBy: actorSchema.parse(parsed(version.setBy)),
            price: version.price === null ? null : priceSchema.parse(parsed(version.price)),
          }
        })
    },

    async addPriceVersions(versions) {
      const add = connection.prepare(
        `INSERT INTO price_versions (model, effective_from, price, origin, set_at, set_by, note)
         VALUES (@model, @effectiveFrom, @price, @origin, @setAt, @setBy, @note)`,
      )
      connection.transaction(() => {
        for (const version of versions)
          add.run({
            ...version,
            setBy: JSON.stringify(version.setBy),
            price: version.price === null ? null : JSON.stringify(version.price),
          })
      })()
    },

    async usedModels() {
      const schema = z.object({ model: z.string(), since: z.string() })
      return connection
        .prepare('SELECT model, min(day) AS since FROM daily_costs WHERE turns > 0 GROUP BY model')
        .all()
        .map((row) => schema.parse(row))
    },

    async addAlert(id, at, alert, delivery) {
      return connection.transaction(() => {
        const { changes } = connection
          .prepare('INSERT OR IGNORE INTO alerts (id, at, alert) VALUES (?, ?, ?)')
          .run(id, at, JSON.stringify(alert))
        if (changes > 0 && delivery !== null) addDelivery(delivery)
        return changes > 0
      })()
    },

    async listAlerts({ isOpen, limit }) {
      return connection
        .prepare(
          `SELECT id, at, alert, dismissed_at AS dismissedAt, dismissed_by AS dismissedBy FROM alerts
           ${isOpen ? 'WHERE dismissed_at IS NULL' : ''} ORDER BY at DESC, id LIMIT ?`,
        )
        .all(limit)
        .map((row) => {
          const { alert, dismissedBy: by, ...rest } = alertRow.parse(row)
          return {
            ...rest,
            dismissedBy: by === null ? null : actorSchema.parse(parsed(by)),
            alert: alertSchema.parse(parsed(alert)),
          }
        })
    },

    async dismissAlert(id, at, by) {
      return (
        connection
          .prepare('UPDATE alerts SET dismissed_at = ?, dismissed_by = ? WHERE id = ? AND dismissed_at IS NULL')
          .run(at, JSON.stringify(by), id).changes > 0
      )
    },

    async addDelivery(delivery) {
      addDelivery(delivery)
    },

    async saveDelivery(delivery) {
      connection
        .prepare(
          `UPDATE deliveries SET status = @status, attempts = @attempts, next_at = @nextAt, last_answer = @lastAnswer,
             delivered_at = @deliveredAt WHERE id = @id`,
        )
        .run({ ...delivery })
    },

    async pendingDeliveries() {
      return connection
        .prepare(`SELECT ${deliveryColumns} FROM deliveries WHERE status = 'pending' ORDER BY next_at`)
        .all()
        .map((row) => deliverySchema.parse(row))
    },

    async listDeliveries(limit) {
      return connection
        .prepare(`SELECT ${deliveryColumns} FROM deliveries ORDER BY created_at DESC, id LIMIT ?`)
        .all(limit)
        .map((row) => deliverySchema.parse(row))
    },
  }
}
