import { launchSchema } from '@/lib/api/runs'
import type { Schedule, ScheduledTime } from '@/lib/core/ports/schedule-store'
import type { App } from '@/lib/server/app/app'
import { createWatch, type Watch } from '@/lib/server/app/watch'
import { problemOf, problems } from '@/lib/server/services/problem'
import { settleDelivery } from '@/lib/server/triggers/settle-delivery'
import { settleOccasion, turnOff, turnOffIfFailing } from '../automations/settle'
import { countTimes, timesAfter } from './cron-times'

/** A time that is found this late is made up for, as after a restart; a later one was missed. */
const LATE_MS = 10 * 60_000

/** Longest wait before the clock is read again: it may have been set meanwhile. */
const MOST_WAIT_MS = 60_000

/** Times of a long silence that are counted one by one. */
const MOST_COUNTED = 1000

/**
 * Launches what is scheduled, and what was delivered to triggers. What becomes of a time is noted before anything
 * is launched, so a time that was cut by a crash is made up for once, under the same idempotency key. What goes
 * wrong with one schedule holds up no other, and is tried again.
 */
export function createScheduleWatch(app: App, report: (error: unknown) => void): Watch {
  const { schedules, triggers } = app.store
  /** The moment of the last pass. Before the first it is not known what the clock has said. */
  let lookedAtMs = Number.POSITIVE_INFINITY
  /** Does what there is to do. Gives the milliseconds until there is more; null where nothing will come. */
  const work = async (): Promise<number | null> => {
    const on = (await schedules.listSchedules()).filter(({ isOn }) => isOn)
    const wasSetBack = app.now() < lookedAtMs
    lookedAtMs = app.now()
    const onTriggers = (await triggers.listTriggers()).filter(({ isOn }) => isOn)
    const isDone = [
      await each(wasSetBack ? on : [], (schedule) => bringForward(app, schedule)),
      await each(on, (schedule) => turnOffIfFailing(schedules, schedule)),
      await each(onTriggers, (trigger) => turnOffIfFailing(triggers, trigger)),
      await each(await schedules.dueSchedules(isoOf(app.now())), (schedule) => noteTime(app, schedule)),
      await each(await schedules.openTimes(), (time) => settleTime(app, time)),
      await each(await triggers.openDeliveries(), (delivery) => settleDelivery(app, delivery)),
    ].every(Boolean)
    if (!isDone) return MOST_WAIT_MS
    const next = await schedules.nextDue()
    return next === null ? null : Math.max(0, Date.parse(next) - app.now())
  }

  /** Whether it was done for all of them. A server that is about to stop is no trouble worth a report. */
  const each = async <T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<boolean> => {
    let isDone = true
    for (const one of all)
      await act(one).catch((error: unknown) => {
        isDone = false
        if (problemOf(error).status !== problems.busy.status) report(error)
      })
    return isDone
  }

  return createWatch({ clock: app.clock, work, mostWaitMs: MOST_WAIT_MS, report })
}

/** The idempotency key of one time's launch. */
export function keyOfTime({ scheduleId, dueAt }: Pick<ScheduledTime, 'scheduleId' | 'dueAt'>): string {
  return `${scheduleId} ${dueAt}`
}

/**
 * Has a schedule come at the next time that its cadence says, where it waits for a later one: a clock that was years
 * ahead for a moment would keep it silent for years. What was launched at a time is known by that, and comes once.
 */
async function bringForward(app: App, schedule: Schedule): Promise<void> {
  const nextAt = timesAfter(schedule, app.now(), 1)[0] ?? null
  if (nextAt === null || schedule.nextAt === null || schedule.nextAt <= nextAt) return
  // Where somebody changes it at this moment, they have said when it comes.
  await app.store.schedules.change(schedule, { ...schedule, nextAt })
}

/** Notes a time that has come, as due or as missed, and the one that comes after it. */
async function noteTime(app: App, schedule: Schedule): Promise<void> {
  const { id, nextAt: dueAt } = schedule
  if (dueAt === null) return
  const now = app.now()
  const next = timesAfter(schedule, now, 1)[0] ?? null
  const isMissed = now - Date.parse(dueAt) > LATE_MS
  await app.store.schedules.passTime(
    {
      scheduleId: id,
      dueAt,
      outcome: isMissed ? 'missed' : 'due',
      detail: isMissed ? missedSentence(schedule, dueAt, now) : null,
      runId: null,
    },
    next,
  )
  if (next === null) await turnOff(app.store.schedules, id, 'ends', 'No further time comes.')
}

function missedSentence(schedule: Schedule, dueAt: string, nowMs: number): string {
  const count = 1 + countTimes(schedule, Date.parse(dueAt), nowMs, MOST_COUNTED)
  return count === 1
    ? 'Skein was not running then.'
    : `Skein was not running then; ${count > MOST_COUNTED ? 'over a thousand' : count} times were missed.`
}

/** Launches the run of a time, unless something is in its way. */
async function settleTime(app: App, time: ScheduledTime): Promise<void> {
  const { schedules } = app.store
  const schedule = await schedules.find(time.scheduleId)
  if (schedule === null) return
  await settleOccasion(app, {
    automation: schedule,
    kept: schedules,
    key: keyOfTime(time),
    isWaiting: time.outcome === 'waiting',
    body: launchSchema.safeParse(schedule.launch).data ?? null,
    actor: schedule.owner,
    // One that somebody asked for now comes whether it is on or off.
    needsOn: false,
    settle: (outcome, detail, runId) =>
      schedules.setTime({
        ...time,
        outcome: outcome === 'skipped-off' ? 'skipped-busy' : outcome,
        detail,
        runId,
      }),
  })
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
