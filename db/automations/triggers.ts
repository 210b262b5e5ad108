import { and, asc, desc, eq, inArray, type SQL } from 'drizzle-orm'
import type { DeliveryOutcome, TriggerStore } from '@/lib/core/ports/trigger-store'
import type { Queries } from '../open'
import { runs, runTotals, triggerDeliveries, triggers } from '../schema'
import { changeIfSame, createLaunchHistory, isFull, isResultSince, resultColumns } from './launch-history'

/** Where deliveries are kept, for what is asked of schedules and triggers alike. */
const records = {
  table: triggerDeliveries,
  id: triggerDeliveries.triggerId,
  at: triggerDeliveries.receivedAt,
  outcome: triggerDeliveries.outcome,
  runId: triggerDeliveries.runId,
}

/** Triggers, and what was delivered to them; lists and ids are those of one project, or (null) of all. */
export function createTriggerStore(queries: Queries, project: string | null): TriggerStore {
  const isOwn = project === null ? undefined : eq(triggers.project, project)
  const isDelivery = ({ triggerId, deliveryId }: { triggerId: string; deliveryId: string }) =>
    and(eq(triggerDeliveries.triggerId, triggerId), eq(triggerDeliveries.deliveryId, deliveryId))
  const withRun = (triggerId: string, condition?: SQL) =>
    queries
      .select({
        triggerId: triggerDeliveries.triggerId,
        deliveryId: triggerDeliveries.deliveryId,
        receivedAt: triggerDeliveries.receivedAt,
        outcome: triggerDeliveries.outcome,
        detail: triggerDeliveries.detail,
        runId: triggerDeliveries.runId,
        ...resultColumns,
      })
      .from(triggerDeliveries)
      .leftJoin(runs, eq(runs.id, triggerDeliveries.runId))
      .leftJoin(runTotals, eq(runTotals.runId, triggerDeliveries.runId))
      .where(and(eq(triggerDeliveries.triggerId, triggerId), condition))
      .orderBy(desc(triggerDeliveries.receivedAt))
  const deliveriesThatAre = (outcomes: DeliveryOutcome[]) =>
    queries
      .select()
      .from(triggerDeliveries)
      .where(inArray(triggerDeliveries.outcome, outcomes))
      .orderBy(asc(triggerDeliveries.receivedAt))
      .all()
  return {
    async addTrigger(trigger, most) {
      return queries.transaction((within) => {
        if (isFull(within, triggers, most)) return false
        within.insert(triggers).values(trigger).run()
        return true
      })
    },

    async listTriggers() {
      return queries.select().from(triggers).where(isOwn).orderBy(asc(triggers.name), asc(triggers.id)).all()
    },

    async find(id) {
      const isMeant = and(isOwn, eq(triggers.id, id))
      return queries.select().from(triggers).where(isMeant).get() ?? null
    },

    async change(before, after) {
      return changeIfSame(queries, triggers, before, after)
    },

    async deleteTrigger(id) {
      return queries.transaction(
        (within) => {
          within.delete(triggerDeliveries).where(eq(triggerDeliveries.triggerId, id)).run()
          return within.delete(triggers).where(eq(triggers.id, id)).run().changes > 0
        },
        { behavior: 'immediate' },
      )
    },

    async receive(delivery) {
      return queries.transaction(
        (within) => {
          within.insert(triggerDeliveries).values(delivery).onConflictDoNothing().run()
          return within.select().from(triggerDeliveries).where(isDelivery(delivery)).get() ?? delivery
        },
        { behavior: 'immediate' },
      )
    },

    async findDelivery(triggerId, deliveryId) {
      const wanted = isDelivery({ triggerId, deliveryId })
      return queries.select().from(triggerDeliveries).where(wanted).get() ?? null
    },

    async setDelivery({ outcome, detail, runId, args, github, ...delivery }) {
      const become = { outcome, detail, runId, args, github }
      queries.update(triggerDeliveries).set(become).where(isDelivery(delivery)).run()
    },

    async openDeliveries() {
      return deliveriesThatAre(['due', 'waiting'])
    },

    async fetchingDeliveries() {
      return deliveriesThatAre(['fetching'])
    },

    async deliveriesOf(triggerId, most) {
      return withRun(triggerId).limit(most).all()
    },

    async resultsSince(triggerId, since, most) {
      return withRun(triggerId, isResultSince(records, since)).limit(most).all()
    },

    ...createLaunchHistory(queries, records),
  }
}
