import { and, asc, desc, eq, inArray, lte, min, type SQL, sql } from 'drizzle-orm'
import type { ScheduleStore } from '@/lib/core/ports/schedule-store'
import type { Queries } from '../open'
import { runs, runTotals, scheduledTimes, schedules } from '../schema'
import { changeIfSame, createLaunchHistory, isFull, isResultSince, resultColumns } from './launch-history'

/** Times of a schedule that are kept: a month of one that runs every five minutes, as its ceiling needs. */
const MOST_TIMES = 10_000

/** Where the times of schedules are kept, for what is asked of schedules and triggers alike. */
const records = {
  table: scheduledTimes,
  id: scheduledTimes.scheduleId,
  at: scheduledTimes.dueAt,
  outcome: scheduledTimes.outcome,
  runId: scheduledTimes.runId,
}

/** Schedules, and what became of their times; lists and ids are those of one project, or (null) of all. */
export function createScheduleStore(queries: Queries, project: string | null): ScheduleStore {
  const isOwn = project === null ? undefined : eq(schedules.project, project)
  const isTime = ({ scheduleId, dueAt }: { scheduleId: string; dueAt: string }) =>
    and(eq(scheduledTimes.scheduleId, scheduleId), eq(scheduledTimes.dueAt, dueAt))
  const withRun = (scheduleId: string, condition?: SQL) =>
    queries
      .select({
        scheduleId: scheduledTimes.scheduleId,
        dueAt: scheduledTimes.dueAt,
        outcome: scheduledTimes.outcome,
        detail: scheduledTimes.detail,
        runId: scheduledTimes.runId,
        ...resultColumns,
      })
      .from(scheduledTimes)
      .leftJoin(runs, eq(runs.id, scheduledTimes.runId))
      .leftJoin(runTotals, eq(runTotals.runId, scheduledTimes.runId))
      .where(and(eq(scheduledTimes.scheduleId, scheduleId), condition))
      .orderBy(desc(scheduledTimes.dueAt))
  return {
    async addSchedule(schedule, most) {
      return queries.transaction((within) => {
        if (isFull(within, schedules, most)) return false
        within.insert(schedules).values(schedule).run()
        return true
      })
    },

    async listSchedules() {
      return queries
        .select()
        .from(schedules)
        .where(isOwn)
        .orderBy(asc(schedules.name), asc(schedules.id))
        .all()
    },

    async find(id) {
      const isMeant = and(isOwn, eq(schedules.id, id))
      return queries.select().from(schedules).where(isMeant).get() ?? null
    },

    async change(before, after) {
      return changeIfSame(queries, schedules, before, after)
    },

    async deleteSchedule(id) {
      return queries.transaction(
        (within) => {
          within.delete(scheduledTimes).where(eq(scheduledTimes.scheduleId, id)).run()
          return (
            within.delete(schedules).where(eq(schedules.id, id)).returning({ id: schedules.id }).all()
              .length > 0
          )
        },
        { behavior: 'immediate' },
      )
    },

    async dueSchedules(now) {
      const isDue = and(eq(schedules.isOn, true), lte(schedules.nextAt, now))
      return queries.select().from(schedules).where(isDue).orderBy(asc(schedules.nextAt)).all()
    },

    async nextDue() {
      const next = queries
        .select({ at: min(schedules.nextAt) })
        .from(schedules)
        .where(eq(schedules.isOn, true))
        .get()
      return next?.at ?? null
    },

    async passTime(time, nextAt) {
      return queries.transaction(
        (within) => {
          const passed = within
            .update(schedules)
            .set({ nextAt })
            .where(
              and(
                eq(schedules.id, time.scheduleId),
                eq(schedules.isOn, true),
                eq(schedules.nextAt, time.dueAt),
              ),
            )
            .returning({ id: schedules.id })
            .all()
          if (passed.length === 0) return false
          within.insert(scheduledTimes).values(time).onConflictDoNothing().run()
          within
            .delete(scheduledTimes)
            .where(
              and(
                eq(scheduledTimes.scheduleId, time.scheduleId),
                sql`${scheduledTimes.dueAt} < (
                  SELECT min(due_at) FROM (
                    SELECT due_at FROM scheduled_times WHERE schedule_id = ${time.scheduleId}
                    ORDER BY due_at DESC LIMIT ${MOST_TIMES}))`,
              ),
            )
            .run()
          return true
        },
        { behavior: 'immediate' },
      )
    },

    async addTime(time) {
      queries.insert(scheduledTimes).values(time).onConflictDoNothing().run()
    },

    async setTime({ outcome, detail, runId, ...time }) {
      queries.update(scheduledTimes).set({ outcome, detail, runId }).where(isTime(time)).run()
    },

    async openTimes() {
      return queries
        .select()
        .from(scheduledTimes)
        .where(inArray(scheduledTimes.outcome, ['due', 'waiting']))
        .orderBy(asc(scheduledTimes.dueAt))
        .all()
    },

    async timesOf(scheduleId, most) {
      return withRun(scheduleId).limit(most).all()
    },

    async resultsSince(scheduleId, since, most) {
      return withRun(scheduleId, isResultSince(records, since)).limit(most).all()
    },

    ...createLaunchHistory(queries, records),
  }
}
