import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { newScheduleSchema, ScheduleShown, schedulePatchSchema } from '@/lib/api/automations/schedules'
import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import type { Schedule } from '@/lib/core/ports/schedule-store'
import type { Asker } from '@/lib/server/access/asker'
import { oneByOne } from '@/lib/server/access/in-turn'
import type { App } from '@/lib/server/app/app'
import { resolveLaunchRequest } from '@/lib/server/runs/launch-request'
import { Refusal } from '@/lib/server/services/problem'
import {
  changeAutomation,
  type Kind,
  launchOfAutomation,
  newAutomation,
  noAutomation,
  ownAutomation,
  saidOf,
} from '../automations/change'
import { monthStart } from '../automations/settle'
import { type Cadence, checkCadence, timesAfter } from './cron-times'

/** Schedules that an installation keeps at most: each is read whenever one of them is due. */
const MOST_SCHEDULES = 500

/** Next times that are shown, and last ones. */
const SHOWN_TIMES = 5
const SHOWN_PAST = 20

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
  asker: Asker,
  { launch, monthlyUsd, ...rest }: z.output<typeof newScheduleSchema>,
): Promise<ScheduleShown> {
  checkCadence(rest, app.now())
  await resolveLaunchRequest(app, launch, asker.actor)
  const schedule: Schedule = {
    ...rest,
    id: `schedule-${randomUUID()}`,
    ...newAutomation(app, asker, { launch, monthlyUsd }),
    nextAt: timesAfter(rest, app.now(), 1)[0] ?? null,
  }
  if (!(await app.store.schedules.addSchedule(schedule, MOST_SCHEDULES)))
    throw new Refusal('conflict', `There are ${MOST_SCHEDULES} schedules already. Delete one first.`)
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
  { launch, monthlyUsd, isOn, basedOn, ...rest }: z.output<typeof schedulePatchSchema>,
): Promise<ScheduleShown> {
  if (launch !== undefined) await resolveLaunchRequest(app, launch, asker.actor)
  const of = { kind: kindOf(app), id }
  const after = await changeAutomation(app, asker, of, {
    said: { ...(launch && { launch }), ...(monthlyUsd !== undefined && { monthlyUsd }), isOn },
    changesLaunch: () => launch !== undefined,
    rest: (before, becomes) => {
      if (basedOn !== undefined && versionOf(app, before) !== basedOn)
        throw new Refusal(
          'conflict',
          'It was changed since it was loaded, so nothing was saved. Load it again and look at what is new.',
        )
      const cadence = { cron: rest.cron ?? before.cron, timeZone: rest.timeZone ?? before.timeZone }
      const isNewCadence = cadence.cron !== before.cron || cadence.timeZone !== before.timeZone
      if (isNewCadence || isOn) checkCadence(cadence, app.now())
      const isMoved = isNewCadence || becomes.isTurnedOn
      return { ...saidOf(rest), nextAt: nextOf(app, before, cadence, { isOnAfter: becomes.isOn, isMoved }) }
    },
  })
  return shown(app, after)
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
  if (!(await app.store.schedules.deleteSchedule(id))) throw noAutomation('schedule')
}

/** Launches its run now, out of turn, whether it is on or off. Refused while a run of it goes on. */
export async function runSchedule(app: App, asker: Asker, id: string): Promise<ScheduleShown> {
  const schedule = await owned(app, asker, id)
  // Of two who ask within a millisecond both would ask for the same time, and hear of one run as theirs.
  return oneByOne(app.whole, `run of schedule ${id}`, () => runNow(app, schedule))
}

async function runNow(app: App, schedule: Schedule): Promise<ScheduleShown> {
  const { id } = schedule
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
export function launchOf(app: App, asker: Asker, id: string): Promise<LaunchInput | null> {
  return launchOfAutomation(kindOf(app), asker, id)
}

function kindOf(app: App): Kind<Schedule> {
  return { word: 'schedule', kept: app.store.schedules }
}

function owned(app: App, asker: Asker, id: string): Promise<Schedule> {
  return ownAutomation(kindOf(app), asker, id)
}

/** Names what people say of a schedule; its times, its owner and whether it is on are no part of that. */
function versionOf(app: App, schedule: Schedule): string {
  const { name, launch, cron, timeZone, whenBusy, monthlyNanoUsd, mostFailures } = schedule
  return app.digest(JSON.stringify([name, launch, cron, timeZone, whenBusy, monthlyNanoUsd, mostFailures]))
}

async function shown(app: App, row: Schedule): Promise<ScheduleShown> {
  const { onSince: _, ...schedule } = row
  const { id, launch } = schedule
  return {
    ...schedule,
    version: versionOf(app, row),
    launch: launchSchema.safeParse(launch).data ?? null,
    nextTimes: timesAfter(schedule, app.now(), SHOWN_TIMES),
    monthSpentNanoUsd: await app.store.schedules.spentSince(id, monthStart(app.now())),
    times: (await app.store.schedules.timesOf(id, SHOWN_PAST)).map(({ scheduleId: _id, ...time }) => time),
  }
}
