import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { type Examined, examineDatabase } from '@/db/examine'
import { lastBackupSchema } from '@/lib/api/backups'
import { sizeWords } from '@/lib/core/base/size-words'
import type { Environment } from '../services/env'
import { type Check, failed, fine, skipped, warning } from './check'

/** Free room below which Skein may stop at any moment, and below which somebody should look. */
const LEAST_FREE_BYTES = 500_000_000
const COMFORTABLE_FREE_BYTES = 5_000_000_000

const DAY_MS = 86_400_000
/** How old the last good backup may be, and a notice that waits: the last try comes after nine hours. */
const OLD_BACKUP_MS = 8 * DAY_MS
const OLD_NOTICE_MS = DAY_MS / 2

/** The clock may be this much behind what was written last, as after a step of its correction. */
const BEHIND_MS = 60_000

const backupsSchema = z.object({
  schedule: z.unknown().nullable(),
  last: lastBackupSchema.nullable(),
  goodAt: z.string().nullable(),
})

type Given = { env: Environment; nowMs: number }

/** Checks of the data folder and of what the database in it tells. */
export function dataChecks({ env, nowMs }: Given): Check[] {
  const folder = checkFolder(env.dataDir)
  const disk = checkDisk(env.dataDir)
  const migrationsDir = join(env.installDir, 'db', 'migrations')
  let found: Examined | null
  try {
    found = examineDatabase(env.dataDir, migrationsDir, new Date(nowMs - DAY_MS).toISOString())
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [
      folder,
      disk,
      failed(
        'database',
        `The database cannot be read: ${why}.`,
        'Restore a backup: npm run restore -- skein.tar',
      ),
    ]
  }
  if (found === null)
    return [folder, disk, skipped('database', 'There is none yet; the first start makes it.')]
  return [
    folder,
    disk,
    checkDatabase(found),
    checkKeyFile(env.dataDir),
    checkBackups(found, nowMs),
    checkNotices(found, nowMs),
    checkClock(found, nowMs),
  ]
}

function checkFolder(dataDir: string): Check {
  const name = 'data folder'
  const place = existsSync(dataDir) ? dataDir : dirname(dataDir)
  try {
    accessSync(place, constants.W_OK)
  } catch {
    return failed(name, `${place} cannot be written.`, 'Make it writable, or set SKEIN_DATA_DIR.')
  }
  if (place !== dataDir) return fine(name, `${dataDir} is made at the first start.`)
  const paths = ['', 'skein.db', 'skein.key']
    .map((one) => join(dataDir, one))
    .filter((one) => existsSync(one))
  const open = paths.filter((one) => (statSync(one).mode & 0o077) !== 0)
  return open.length === 0
    ? fine(name, `${dataDir} can be written, and is its owner's alone.`)
    : warning(
        name,
        `Other accounts of this machine may read ${open.join(' and ')}.`,
        `chmod -R go-rwx ${dataDir}`,
      )
}

function checkDisk(dataDir: string): Check {
  const name = 'disk'
  const { bavail, bsize } = statfsSync(existsSync(dataDir) ? dataDir : dirname(dataDir))
  const free = bavail * bsize
  const told = `${sizeWords(free)} are free.`
  const todo = 'Make room, or let old runs be deleted by age under Settings.'
  if (free < LEAST_FREE_BYTES) return failed(name, told, todo)
  return free < COMFORTABLE_FREE_BYTES ? warning(name, told, todo) : fine(name, told)
}

function checkDatabase({ bytes, damage, schema }: Examined): Check {
  const name = 'database'
  if (damage.length > 0)
    return failed(
      name,
      `The database is damaged: ${damage.join('; ')}.`,
      'Stop the server and restore a backup: npm run restore -- skein.tar',
    )
  if (schema === 'newer')
    return failed(name, 'The database was written by a newer Skein.', 'Start that version, or a newer one.')
  const version = schema === 'older' ? ', and is brought up to date at the next start' : ''
  return fine(name, `${sizeWords(bytes)}, whole${version}.`)
}

function checkKeyFile(dataDir: string): Check {
  const name = 'key file'
  return existsSync(join(dataDir, 'skein.key'))
    ? fine(name, 'skein.key is there. Keep a copy apart from backups: they do not hold it.')
    : warning(
        name,
        'skein.key is missing: secrets of webhooks, triggers and MCP servers cannot be opened.',
        'Put the copy of it back before the next start, which makes another one.',
      )
}

function checkBackups({ setting }: Examined, nowMs: number): Check {
  const name = 'backups'
  const stored = backupsSchema.safeParse(setting('backups')).data
  const todo = 'Schedule them under Settings, or make one: npm run backup -- skein.tar'
  if (stored === undefined || stored.schedule === null)
    return warning(name, 'None are made by themselves.', todo)
  if (stored.last?.trouble != null) return failed(name, `The last one failed. ${stored.last.trouble}`, todo)
  if (stored.goodAt === null) return warning(name, 'None was made yet.', 'Press Back up now under Settings.')
  const isOld = nowMs - Date.parse(stored.goodAt) > OLD_BACKUP_MS
  return isOld
    ? warning(name, `The last good one is of ${stored.goodAt}.`, todo)
    : fine(name, `The last one, of ${stored.goodAt}, was made and checked.`)
}

function checkNotices({ oldestPendingAt, givenUp }: Examined, nowMs: number): Check {
  const name = 'webhook'
  const todo = 'Look at the receiver, and send a test under Costs, Budgets and alerts.'
  if (givenUp > 0)
    return warning(
      name,
      `${givenUp === 1 ? 'A notice' : `${givenUp} notices`} of the last day ${givenUp === 1 ? 'was' : 'were'} given up.`,
      todo,
    )
  if (oldestPendingAt !== null && nowMs - Date.parse(oldestPendingAt) > OLD_NOTICE_MS)
    return warning(name, `A notice waits to be sent since ${oldestPendingAt}.`, todo)
  return fine(name, 'No notice waits for long.')
}

function checkClock({ newestRunAt }: Examined, nowMs: number): Check {
  const name = 'clock'
  return newestRunAt !== null && Date.parse(newestRunAt) - nowMs > BEHIND_MS
    ? failed(
        name,
        `The clock says ${new Date(nowMs).toISOString()}, and the newest run is of ${newestRunAt}.`,
        'Set the clock of this machine, and keep it set (NTP).',
      )
    : fine(name, 'The clock is not behind what was written last.')
}
