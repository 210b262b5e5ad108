import { z } from 'zod'
import {
  type BackupSchedule,
  type BackupsShown,
  backupScheduleSchema,
  lastBackupSchema,
} from '@/lib/api/backups'
import { isNamed } from '@/lib/core/base/named-error'
import { oneByOne } from '@/lib/server/access/in-turn'
import type { App } from '@/lib/server/app/app'
import { createWatch, type Watch } from '@/lib/server/app/watch'
import { checkCadence, timesAfter } from '../schedules/cron-times'
import { listBackups, makeVerified } from './backup-files'

const KEY = 'backups'

/** Longest wait before the clock is read again. */
const MOST_WAIT_MS = 60_000

/** How many are kept of those that somebody asks for where none are scheduled. */
const USUALLY_KEPT = 7

const storedSchema = z.object({
  schedule: backupScheduleSchema.nullable().catch(null),
  nextAt: z.string().nullable().catch(null),
  last: lastBackupSchema.nullable().catch(null),
  goodAt: z.string().nullable().catch(null),
  /** Whether somebody has asked for one that is not made yet. */
  isAsked: z.boolean().catch(false),
})
type Stored = z.output<typeof storedSchema>

async function load(app: App): Promise<Stored> {
  return storedSchema.parse({ ...Object(await app.store.getSetting(KEY)) })
}

function change(app: App, part: Partial<Stored>): Promise<void> {
  return oneByOne(app.whole, KEY, async () => {
    await app.store.putSetting(KEY, { ...(await load(app)), ...part })
  })
}

/** When backups are made, how the last went, and which are there. */
export async function readBackups(app: App): Promise<BackupsShown> {
  const { isAsked, ...stored } = await load(app)
  const isDue = stored.nextAt !== null && Date.parse(stored.nextAt) <= app.now()
  const folder = app.env.backupDir
  return { ...stored, folder, isUnderWay: isAsked || isDue, files: await listBackups(folder) }
}

/** Sets when backups are made by themselves; null makes none. Those that are there stay until another is made. */
export async function changeBackups(app: App, schedule: BackupSchedule | null): Promise<BackupsShown> {
  if (schedule !== null) checkCadence(schedule, app.now())
  await change(app, { schedule, nextAt: nextOf(schedule, app.now()) })
  app.backups.wake()
  return readBackups(app)
}

/** Makes one now, and waits for it. */
export async function makeBackup(app: App): Promise<BackupsShown> {
  await change(app, { isAsked: true })
  app.backups.wake()
  await app.backups.atRest()
  return readBackups(app)
}

function nextOf(schedule: BackupSchedule | null, nowMs: number): string | null {
  return schedule === null ? null : (timesAfter(schedule, nowMs, 1)[0] ?? null)
}

/**
 * Makes backups at their times. One that was due while no server ran is made up for. What goes wrong is kept to be
 * told, warned of as of spending, and tried again at the next time.
 */
export function createBackupWatch(app: App, report: (error: unknown) => void): Watch {
  const work = async (): Promise<number | null> => {
    const { schedule, nextAt, isAsked } = await load(app)
    // A clock that was far ahead for a moment would put the next one off until then.
    const soonest = nextOf(schedule, app.now())
    if (soonest !== null && nextAt !== null && nextAt > soonest) await change(app, { nextAt: soonest })
    const isDue = nextAt !== null && Date.parse(nextAt) <= app.now()
    if (isDue || isAsked) await make(app, schedule?.keep ?? USUALLY_KEPT)
    const next = (await load(app)).nextAt
    return next === null ? null : Math.max(0, Date.parse(next) - app.now())
  }
  return createWatch({ clock: app.clock, work, mostWaitMs: MOST_WAIT_MS, report })
}

async function make(app: App, keep: number): Promise<void> {
  const at = new Date(app.now()).toISOString()
  const trouble = await makeVerified(app.env.dataDir, app.env.backupDir, { at, keep }).then(
    () => null,
    troubleOf,
  )
  const { schedule } = await load(app)
  await change(app, {
    last: { at, trouble },
    ...(trouble === null ? { goodAt: at } : {}),
    nextAt: nextOf(schedule, app.now()),
    isAsked: false,
  })
  await noteBackup(app)
  if (trouble === null) return
  app.note(`the backup failed: ${trouble}`)
  await app.alerts.tell({ kind: 'backup', at, why: trouble })
}

/** Lets the metrics know of the last backup, also of one before the start. */
export async function noteBackup(app: App): Promise<void> {
  const { last, goodAt } = await load(app)
  app.metrics.noteBackup(goodAt, last !== null && last.trouble !== null)
}

/** What went wrong, and what to do, without what only a programmer reads. */
function troubleOf(error: unknown): string {
  if (isNamed<Error>(error, 'BackupError') || isNamed<Error>(error, 'DatabaseError')) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code === 'ENOSPC') return 'The disk is full. Make room, or keep fewer backups.'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST')
    return `The folder of the backups cannot be written (${code}). Make it writable, or set SKEIN_BACKUP_DIR.`
  return `It could not be made${code === null ? '' : ` (${code})`}. Look at the server's log.`
}
