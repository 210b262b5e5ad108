import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import type { newScheduleSchema, ScheduleShown, schedulePatchSchema } from '@/lib/api/schedules'
import { type JsonObject, jsonObjectSchema } from '@/lib/core/base/json'
import { reaches } from '@/lib/core/base/role'
import type { Schedule } from '@/lib/core/ports/schedule-store'
import type { Asker } from '@/lib/server/access/asker'
import type { App } from '@/lib/server/app/app'
import { resolveLaunchRequest } from '@/lib/server/runs/launch-request'
import { Refusal } from '@/lib/server/services/problem'
import { type Cadence, checkCadence, timesAfter } from './cron-times'
import { monthStart } from './schedule-watch'

/** Schedules that an installation keeps at most: each is read whenever one of them is due. */
const MOST_SCHEDULES = 500

/** Next times that are shown, and last ones. */
const SHOWN_TIMES = 5
const SHOWN_PAST = 20

/** Tries of a change that the watch comes between. */
const TRIES = 5

export async function listSchedules(app: App): Promise<{ schedules: ScheduleShown[] }> {
  const schedules: ScheduleShown[] = []
  for (const schedule of await app.store.schedules.listSchedules()) schedules.push(await shown(app, schedule))
  return { schedules }
}

/** The next times of a cadence. Throws a refusal for one that is none. */
export function previewCadence(app: App, cadence: Cadence): { nextTimes: string[] } {
  checkCadence(cadence, app.now())
  return { nextTimes: timesAfter(cadence, app.now(), SHOWN_TIMES) }
}

/** Keeps a schedule. What it would launch is tried out first, without launching it. */
export async function addSchedule(
  app: App,
  { actor }: Asker,
  { launch, monthlyUsd, ...rest }: z.output<typeof newScheduleSchema>,
): Promise<ScheduleShown> {
  checkCadence(rest, app.now())
  await resolveLaunchRequest(app, launch, actor)
  if ((await app.whole.store.schedules.listSchedules()).length >= MOST_SCHEDULES)
    throw new Refusal('conflict', `There are ${MOST_SCHEDULES} schedules already. Delete one first.`)
  const now = new Date(app.now()).toISOString()
  const schedule: Schedule = {
    ...rest,
    id: `schedule-${randomUUID()}`,
    project: app.project,
    launch: storable(launch),
    monthlyNanoUsd: nanoOf(monthlyUsd),
    isOn: true,
    offReason: null,
    offDetail: null,
    owner: actor,
    createdAt: now,
    onSince: now,
    nextAt: timesAfter(rest, app.now(), 1)[0] ?? null,
  }
  await app.store.schedules.addSchedule(schedule)
  app.schedules.wake()
  return shown(app, schedule)
}

/**
 * Changes a schedule: one's own, or for an admin anybody's. Whoever turns it on, or changes what it launches, is
 * whose runs they are from then on.
 */
export async function changeSchedule(
  app: App,
  asker: Asker,
  id: string,
  { launch, monthlyUsd, isOn, ...rest }: z.output<typeof schedulePatchSchema>,
): Promise<ScheduleShown> {
  if (launch !== undefined) await resolveLaunchRequest(app, launch, asker.actor)
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await owned(app, asker, id)
    const cadence = { cron: rest.cron ?? before.cron, timeZone: rest.timeZone ?? before.timeZone }
    const isNewCadence = cadence.cron !== before.cron || cadence.timeZone !== before.timeZone
    if (isNewCadence || isOn) checkCadence(cadence, app.now())
    const isOnAfter = isOn ?? before.isOn
    const isTurnedOn = isOnAfter && !before.isOn
    const after: Schedule = {
      ...before,
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
      ...(launch === undefined ? {} : { launch: storable(launch) }),
      ...(monthlyUsd === undefined ? {} : { monthlyNanoUsd: nanoOf(monthlyUsd) }),
      ...(launch !== undefined || isTurnedOn ? { owner: asker.actor } : {}),
      ...(isTurnedOn ? { onSince: new Date(app.now()).toISOString() } : {}),
      isOn: isOnAfter,
      offReason: isOnAfter ? null : (before.offReason ?? 'person'),
      offDetail: isOnAfter ? null : before.offDetail,
      nextAt: nextOf(app, before, cadence, { isOnAfter, isMoved: isNewCadence || isTurnedOn }),
    }
    if (await app.store.schedules.changeSchedule(before, after)) {
      app.schedules.wake()
      return shown(app, after)
    }
  }
  throw new Refusal('conflict', 'This schedule keeps changing. Load it again and try once more.')
}

function nextOf(
  app: App,
  before: Schedule,
  cadence: Cadence,
  { isOnAfter, isMoved }: { isOnAfter: boolean; isMoved: boolean },
): string | null {
  if (!isOnAfter) return null
  return isMoved ? (timesAfter(cadence, app.now(), 1)[0] ?? null) : before.nextAt
}

export async function deleteSchedule(app: App, asker: Asker, id: string): Promise<void> {
  await owned(app, asker, id)
  if (!(await app.store.schedules.deleteSchedule(id))) throw noSchedule()
}

/** Launches its run now, out of turn, whether it is on or off. Refused while a run of it goes on. */
export async function runSchedule(app: App, asker: Asker, id: string): Promise<ScheduleShown> {
  const schedule = await owned(app, asker, id)
  const refuseBusy = async () => {
    if ((await app.store.schedules.unendedRun(id)) !== null)
      throw new Refusal('conflict', 'A run of it goes on. Wait for its end, or stop it.')
  }
  await refuseBusy()
  const dueAt = new Date(app.now()).toISOString()
  await app.store.schedules.addTime({ scheduleId: id, dueAt, outcome: 'due', detail: null, runId: null })
  app.schedules.wake()
  await app.schedules.atRest()
  const now = await shown(app, schedule)
  // Somebody else was a moment earlier.
  if (now.times.some((time) => time.dueAt === dueAt && time.outcome === 'skipped-busy')) await refuseBusy()
  return now
}

/** The launch of a schedule that somebody may change; null where it cannot be read any more. */
export async function launchOf(app: App, asker: Asker, id: string): Promise<LaunchInput | null> {
  return launchSchema.safeParse((await owned(app, asker, id)).launch).data ?? null
}

/** A schedule that somebody may change: their own, or any for an admin. */
async function owned(app: App, asker: Asker, id: string): Promise<Schedule> {
  const schedule = await app.store.schedules.findSchedule(id)
  if (schedule === null) throw noSchedule()
  if (schedule.owner.id !== asker.actor.id && !reaches(asker.role, 'admin'))
    throw new Refusal(
      'forbidden',
      `This schedule is ${schedule.owner.name}'s. They or an admin can change it.`,
    )
  return schedule
}

function noSchedule(): Refusal {
  return new Refusal('not-found', 'There is no such schedule.')
}

/** The launch as JSON, without what was left out of it. */
function storable(launch: LaunchInput): JsonObject {
  return jsonObjectSchema.parse(JSON.parse(JSON.stringify(launch)))
}

function nanoOf(usd: number | null): number | null {
  return usd === null ? null : Math.round(usd * 1e9)
}

async function shown(app: App, { onSince: _, ...schedule }: Schedule): Promise<ScheduleShown> {
  const { id, launch } = schedule
  return {
    ...schedule,
    launch: launchSchema.safeParse(launch).data ?? null,
    nextTimes: timesAfter(schedule, app.now(), SHOWN_TIMES),
    monthSpentNanoUsd: await app.store.schedules.spentSince(id, monthStart(app.now())),
    times: (await app.store.schedules.timesOf(id, SHOWN_PAST)).map(({ scheduleId: _id, ...time }) => time),
  }
}
