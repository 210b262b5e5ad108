import { Cron } from 'croner'
import { Refusal } from '@/lib/server/services/problem'

/** Closest that two times may stand: what comes more often is a queue, and no schedule. */
const LEAST_GAP_MS = 5 * 60_000

/** Times that are looked at to tell how close they stand: a day of the closest that are allowed. */
const LOOKED_AT = 300

/** When a schedule runs: five cron fields, or a nickname such as `@daily`, in a time zone. */
export type Cadence = { cron: string; timeZone: string }

/**
 * Throws a refusal that names the field for what is no time zone or no cron, comes more often than every five
 * minutes, or never.
 */
export function checkCadence({ cron, timeZone }: Cadence, nowMs: number): void {
  checkZone(timeZone)
  const times = read(cron, timeZone)
    .nextRuns(LOOKED_AT, new Date(nowMs))
    .map((time) => time.getTime())
  if (times.length === 0)
    throw refusal('cron', `"${cron}" never comes: no day has that date. Choose another day or month.`)
  const isClose = times.some((time, at) => time - (times[at - 1] ?? Number.NEGATIVE_INFINITY) < LEAST_GAP_MS)
  if (isClose)
    throw refusal('cron', `"${cron}" comes more often than every 5 minutes. Choose times further apart.`)
}

/** The first times after a moment, as ISO 8601; fewer than asked for where no more come. */
export function timesAfter({ cron, timeZone }: Cadence, afterMs: number, most: number): string[] {
  return read(cron, timeZone)
    .nextRuns(most, new Date(afterMs))
    .map((time) => time.toISOString())
}

/** How many times lie between two moments, the later one included; no more than `most` are counted. */
export function countTimes(cadence: Cadence, afterMs: number, untilMs: number, most: number): number {
  const job = read(cadence.cron, cadence.timeZone)
  return job.nextRuns(most, new Date(afterMs)).filter((time) => time.getTime() <= untilMs).length
}

function read(cron: string, timeZone: string): Cron {
  try {
    return new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true })
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error)
    throw refusal(
      'cron',
      `"${cron}" is no cron expression of five fields (minute, hour, day of month, month, day of week): ${why}`,
    )
  }
}

function checkZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    throw refusal(
      'timeZone',
      `"${timeZone}" is no time zone. Give an IANA name such as Europe/Berlin, or UTC.`,
    )
  }
}

function refusal(path: 'cron' | 'timeZone', message: string): Refusal {
  return new Refusal('bad-request', message, [{ path, message }])
}
