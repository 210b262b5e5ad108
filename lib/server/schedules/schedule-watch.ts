import { launchSchema } from '@/lib/api/runs'
import { type Role, reaches } from '@/lib/core/base/role'
import { monthOf, utcDay } from '@/lib/core/base/utc-day'
import type { Cancel } from '@/lib/core/ports/clock'
import type { OffReason, Schedule, ScheduledTime } from '@/lib/core/ports/schedule-store'
import { noPermissions } from '@/lib/core/spec/permissions'
import { roleToLaunch } from '@/lib/server/access/role-to-launch'
import type { App, ScheduleWatch } from '@/lib/server/app/app'
import { launch } from '@/lib/server/runs/launch'
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

/** Failures in a row that can be asked of a schedule at most, so as many times are looked at. */
const MOST_FAILURES = 100

/**
 * Launches what is scheduled. What becomes of a time is noted before anything is launched, so a time that was
 * cut by a crash is made up for once, under the same idempotency key.
 */
export function createScheduleWatch(app: App, report: (error: unknown) => void): ScheduleWatch {
  let timer: Cancel = () => {}
  let going: Promise<void> | null = null
  let isAsked = false
  let isClosed = false

  const wake = () => {
    if (isClosed) return
    isAsked = true
    going ??= pass()
      .catch(report)
      .finally(() => {
        going = null
        if (isAsked) wake()
      })
  }

  const pass = async () => {
    isAsked = false
    timer()
    for (const schedule of await app.store.schedules.listSchedules())
      if (schedule.isOn) await turnOffIfFailing(app, schedule)
    for (const schedule of await app.store.schedules.dueSchedules(isoOf(app.now())))
      await noteTime(app, schedule)
    let isLeft = false
    for (const time of await app.store.schedules.openTimes())
      if (!isClosed) isLeft = !(await settle(app, time, report)) || isLeft
    const next = await app.store.schedules.nextDue()
    if ((next === null && !isLeft) || isClosed) return
    const waitMs = isLeft || next === null ? MOST_WAIT_MS : Math.max(0, Date.parse(next) - app.now())
    timer = app.clock.after(Math.min(waitMs, MOST_WAIT_MS), wake)
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

/** Notes what becomes of a time that has come. */
async function noteTime(app: App, schedule: Schedule): Promise<void> {
  const { id, nextAt: dueAt } = schedule
  if (dueAt === null) return
  const now = app.now()
  const next = timesAfter(schedule, now, 1)[0] ?? null
  const note = async (outcome: ScheduledTime['outcome'], detail: string | null = null) =>
    app.store.schedules.passTime({ scheduleId: id, dueAt, outcome, detail, runId: null }, next)
  if (now - Date.parse(dueAt) > LATE_MS) await note('missed', missedSentence(schedule, dueAt, now))
  else if ((await app.store.schedules.unendedRun(id)) === null) await note('due')
  else if (schedule.whenBusy === 'skip') await note('skipped-busy')
  else if (await hasWaiting(app, id)) await note('skipped-busy', 'An earlier time waits already.')
  else await note('waiting')
  if (next === null) await turnOff(app, id, 'ends', 'No further time comes.')
}

function missedSentence(schedule: Schedule, dueAt: string, nowMs: number): string {
  const count = 1 + countTimes(schedule, Date.parse(dueAt), nowMs, MOST_COUNTED)
  return count === 1
    ? 'Skein was not running then.'
    : `Skein was not running then; ${count > MOST_COUNTED ? 'over a thousand' : count} times were missed.`
}

async function hasWaiting(app: App, scheduleId: string): Promise<boolean> {
  return (await app.store.schedules.openTimes()).some((time) => time.scheduleId === scheduleId)
}

/**
 * Launches what is due, and what waited once nothing is in its way. False where it could not: the server is about
 * to stop, or something of ours broke; it is tried again.
 */
async function settle(app: App, time: ScheduledTime, report: (error: unknown) => void): Promise<boolean> {
  const schedule = await app.store.schedules.findSchedule(time.scheduleId)
  if (schedule === null) return true
  if (time.outcome === 'waiting') {
    // Its end wakes the watch.
    if ((await app.store.schedules.unendedRun(schedule.id)) !== null) return true
    await app.store.schedules.setTime({ ...time, outcome: 'due' })
  }
  try {
    await launchTime(app, schedule, time)
    return true
  } catch (error) {
    if (isFault(error)) report(error)
    return false
  }
}

async function launchTime(app: App, schedule: Schedule, time: ScheduledTime): Promise<void> {
  const settleAs = (outcome: ScheduledTime['outcome'], detail: string | null, runId: string | null = null) =>
    app.store.schedules.setTime({ ...time, outcome, detail, runId })
  // Launched before a crash, it is known by its key, whatever has changed of what would be launched now.
  const known = await app.store.findIdempotent(keyOfTime(time))
  if (known !== null) return settleAs('launched', null, known.runId)
  const body = launchSchema.parse(schedule.launch)
  const role = await roleOf(app, schedule)
  const needed = roleToLaunch(body.permissions ?? noPermissions)
  if (role === null || !reaches(role, needed)) {
    const why =
      role === null
        ? `${schedule.owner.name} has no account here any more.`
        : `${schedule.owner.name} is ${role}, and this launch needs the role ${needed}.`
    await settleAs('refused', why)
    await turnOff(app, schedule.id, 'owner', why)
    return
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
    await turnOffIfFailing(app, schedule)
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
async function roleOf(app: App, { owner }: Schedule): Promise<Role | null> {
  if (app.access.mode === 'local') return 'owner'
  if (app.access.mode === 'token') return 'admin'
  return (await app.store.people.findPerson(owner.id))?.role ?? null
}

/** Turns a schedule off whose last runs have all failed. */
async function turnOffIfFailing(app: App, schedule: Schedule): Promise<void> {
  const times = await app.store.schedules.timesOf(schedule.id, MOST_FAILURES * 2)
  let failures = 0
  for (const { dueAt, outcome, runStatus } of times) {
    if (dueAt < schedule.onSince) break
    if (outcome === 'refused' || runStatus === 'failed' || runStatus === 'stopped-at-limit') failures += 1
    else if (runStatus === 'completed' || runStatus === 'completed-with-failures') break
  }
  if (failures < schedule.mostFailures) return
  const last = times.find(({ outcome }) => outcome === 'refused')?.detail
  await turnOff(
    app,
    schedule.id,
    'failures',
    `${failures === 1 ? 'Its last run' : `Its last ${failures} runs`} failed.${last == null ? '' : ` ${last}`}`,
  )
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
