import { launchSchema } from '@/lib/api/runs'
import { defaultProject, roleIn } from '@/lib/core/base/project'
import { type Role, reaches } from '@/lib/core/base/role'
import { monthOf, utcDay } from '@/lib/core/base/utc-day'
import type { Cancel } from '@/lib/core/ports/clock'
import type { OffReason, Schedule, ScheduledTime } from '@/lib/core/ports/schedule-store'
import { noPermissions } from '@/lib/core/spec/permissions'
import { reachOf } from '@/lib/server/access/projects'
import { roleToLaunch } from '@/lib/server/access/role-to-launch'
import type { App, ScheduleWatch } from '@/lib/server/app/app'
import { keyWithin, launch } from '@/lib/server/runs/launch'
import { isUsedUp } from '@/lib/server/runs/used-up'
import { isFault, problemOf, problems } from '@/lib/server/services/problem'
import { formatCap } from '@/lib/view/format/money'
import { countTimes, timesAfter } from './cron-times'

/** A time that is found this late is made up for, as after a restart; a later one was missed. */
const LATE_MS = 10 * 60_000

/** Longest wait before the clock is read again: it may have been set meanwhile. */
const MOST_WAIT_MS = 60_000

/** Times of a long silence that are counted one by one. */
const MOST_COUNTED = 1000

/** The newest results that are looked at for failures in a row: twice as many as can be asked for. */
const RESULTS_LOOKED_AT = 200

/**
 * Launches what is scheduled. What becomes of a time is noted before anything is launched, so a time that was
 * cut by a crash is made up for once, under the same idempotency key. What goes wrong with one schedule holds up
 * no other, and is tried again.
 */
export function createScheduleWatch(app: App, report: (error: unknown) => void): ScheduleWatch {
  const { schedules } = app.store
  let timer: Cancel = () => {}
  let going: Promise<void> | null = null
  let isAsked = false
  let isClosed = false

  const wake = () => {
    if (isClosed) return
    isAsked = true
    going ??= pass().finally(() => {
      going = null
      if (isAsked) wake()
    })
  }

  const pass = async () => {
    isAsked = false
    timer()
    const waitMs = await work().catch((error: unknown) => {
      report(error)
      return MOST_WAIT_MS
    })
    if (!isClosed && waitMs !== null) timer = app.clock.after(Math.min(waitMs, MOST_WAIT_MS), wake)
  }

  /** Does what there is to do. Gives the milliseconds until there is more; null where nothing will come. */
  const work = async (): Promise<number | null> => {
    const on = (await schedules.listSchedules()).filter(({ isOn }) => isOn)
    const isDone = [
      await each(on, (schedule) => turnOffIfFailing(app, schedule)),
      await each(await schedules.dueSchedules(isoOf(app.now())), (schedule) => noteTime(app, schedule)),
      await each(await schedules.openTimes(), (time) => settle(app, time)),
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

  return {
    wake,
    async atRest() {
      while (going !== null) await going
    },
    async close() {
      isClosed = true
      isAsked = false
      timer()
      await going
    },
  }
}

/** The idempotency key of one time's launch. */
export function keyOfTime({ scheduleId, dueAt }: Pick<ScheduledTime, 'scheduleId' | 'dueAt'>): string {
  return `${scheduleId} ${dueAt}`
}

/** The start of the UTC month of a moment. */
export function monthStart(ms: number): string {
  return `${monthOf(utcDay(ms))}-01T00:00:00.000Z`
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
  if (next === null) await turnOff(app, id, 'ends', 'No further time comes.')
}

function missedSentence(schedule: Schedule, dueAt: string, nowMs: number): string {
  const count = 1 + countTimes(schedule, Date.parse(dueAt), nowMs, MOST_COUNTED)
  return count === 1
    ? 'Skein was not running then.'
    : `Skein was not running then; ${count > MOST_COUNTED ? 'over a thousand' : count} times were missed.`
}

/**
 * Launches what is due, and what waited once nothing is in its way. One run of a schedule goes on at a time, so
 * that its ceiling holds: this is the one place where that is decided. Throws where it has to be tried again.
 */
async function settle(app: App, time: ScheduledTime): Promise<void> {
  const { schedules } = app.store
  const schedule = await schedules.findSchedule(time.scheduleId)
  if (schedule === null) return
  // Launched before a crash, it is known by its key, whatever has changed of what would be launched now.
  const known = await app.store.findIdempotent(keyWithin(schedule.project, keyOfTime(time)))
  if (known !== null) return schedules.setTime({ ...time, outcome: 'launched', runId: known.runId })
  if (time.outcome === 'waiting' && !schedule.isOn)
    return schedules.setTime({ ...time, outcome: 'skipped-busy', detail: 'It was turned off meanwhile.' })
  if ((await schedules.unendedRun(schedule.id)) === null) return launchTime(app, schedule, time)
  // Its end wakes the watch.
  if (time.outcome === 'waiting') return
  const isWaiting = (await schedules.openTimes()).some(
    (one) => one.scheduleId === schedule.id && one.outcome === 'waiting',
  )
  if (schedule.whenBusy === 'wait' && !isWaiting) return schedules.setTime({ ...time, outcome: 'waiting' })
  const detail = isWaiting ? 'An earlier time waits already.' : null
  await schedules.setTime({ ...time, outcome: 'skipped-busy', detail })
}

async function launchTime(whole: App, schedule: Schedule, time: ScheduledTime): Promise<void> {
  const app = whole.within(schedule.project)
  const settleAs = (outcome: ScheduledTime['outcome'], detail: string | null, runId: string | null = null) =>
    whole.store.schedules.setTime({ ...time, outcome, detail, runId })
  if (app.projects.find(schedule.project)?.archivedAt !== null)
    return settleAs('refused', 'Its project is archived.')
  const role = await roleOf(app, schedule)
  const body = launchSchema.safeParse(schedule.launch).data
  if (body === undefined)
    return settleAs('refused', 'What it launches cannot be read any more: make it again.')
  const needed = roleToLaunch(body.permissions ?? noPermissions)
  if (role === null || !reaches(role, needed)) {
    const where = schedule.project === defaultProject ? 'has no account here' : 'is not in this project'
    const why =
      role === null
        ? `${schedule.owner.name} ${where} any more.`
        : `${schedule.owner.name} is ${role}, and this launch needs the role ${needed}.`
    await settleAs('refused', why)
    return turnOff(whole, schedule.id, 'owner', why)
  }
  const left = await leftOfMonth(app, schedule)
  if (left !== null && left <= 0) return settleAs('skipped-ceiling', ceilingSentence(schedule))
  const own = body.limits?.usd === undefined ? app.settings.runCapNanoUsd / 1e9 : body.limits.usd
  const isNarrowed = left !== null && (own === null || left / 1e9 < own)
  try {
    const { id } = await launch(
      app,
      {
        ...body,
        title: body.title ?? schedule.name,
        limits: { ...body.limits, usd: isNarrowed ? left / 1e9 : own },
        // Nobody is there to raise a cap, and a run that waits for it would hold up all later ones.
        onLimit: isNarrowed ? 'end' : (body.onLimit ?? 'end'),
        // Whoever made the schedule has approved its launches.
        approval: 'auto',
      },
      keyOfTime(time),
      schedule.owner,
    )
    await settleAs('launched', null, id)
  } catch (error) {
    const { status, detail } = problemOf(error)
    if (isFault(error) || status === problems.busy.status) throw error
    // No failure of the schedule: the next period begins with all of it.
    if (isUsedUp(error)) return settleAs('skipped-quota', detail)
    await settleAs('refused', detail)
    await turnOffIfFailing(whole, schedule)
  }
}

/** What its runs may still spend this month; null without a ceiling. */
async function leftOfMonth(app: App, { id, monthlyNanoUsd }: Schedule): Promise<number | null> {
  if (monthlyNanoUsd === null) return null
  return monthlyNanoUsd - (await app.store.schedules.spentSince(id, monthStart(app.now())))
}

function ceilingSentence({ monthlyNanoUsd }: Schedule): string {
  return `Its runs have used up the ${formatCap(monthlyNanoUsd ?? 0)} of this month.`
}

/** What its owner may do now; null for somebody who has left. */
async function roleOf(app: App, { owner, project }: Schedule): Promise<Role | null> {
  if (app.access.mode === 'local') return 'owner'
  if (app.access.mode === 'token') return 'admin'
  const person = await app.store.people.findPerson(owner.id)
  return person === null ? null : roleIn(await reachOf(app.store.projects, person), project)
}

/** Turns a schedule off whose last runs have all failed. */
async function turnOffIfFailing(app: App, { id, onSince, mostFailures }: Schedule): Promise<void> {
  const results = await app.store.schedules.resultsSince(id, onSince, RESULTS_LOOKED_AT)
  const good = results.findIndex(
    ({ runStatus }) => runStatus === 'completed' || runStatus === 'completed-with-failures',
  )
  const inARow = good < 0 ? results : results.slice(0, good)
  const failed = inARow.filter(
    ({ outcome, runStatus }) =>
      outcome === 'refused' || runStatus === 'failed' || runStatus === 'stopped-at-limit',
  )
  if (failed.length < mostFailures) return
  const runs = failed.length === 1 ? 'Its last run' : `Its last ${failed.length} runs`
  const why = failed.find(({ detail }) => detail !== null)?.detail
  await turnOff(app, id, 'failures', `${runs} failed.${why == null ? '' : ` ${why}`}`)
}

/** Turns a schedule off, unless somebody has deleted or done so meanwhile. */
async function turnOff(app: App, id: string, offReason: OffReason, offDetail: string): Promise<void> {
  const before = await app.store.schedules.findSchedule(id)
  if (before === null || !before.isOn) return
  const off = { isOn: false, offReason, offDetail, nextAt: null }
  if (!(await app.store.schedules.changeSchedule(before, { ...before, ...off })))
    await turnOff(app, id, offReason, offDetail)
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
