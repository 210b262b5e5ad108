import type { Automation, LaunchHistory, LaunchResult } from './automation'

/** A launch that is made again and again, at times. */
export type Schedule = Automation & {
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  cron: string
  /** An IANA name, `Europe/Berlin`. */
  timeZone: string
  /** The time that comes next; null while it is off. */
  nextAt: string | null
}

/**
 * What became of one of its times. `due` is written before the launch, so a launch that was cut is made up for
 * under the same idempotency key; `waiting` stands until the run before it has ended.
 */
export const scheduledOutcomes = [
  'due',
  'waiting',
  'launched',
  'skipped-busy',
  'skipped-ceiling',
  'skipped-quota',
  'missed',
  'refused',
] as const
export type ScheduledOutcome = (typeof scheduledOutcomes)[number]

/** One time of a schedule that has come. */
export type ScheduledTime = {
  scheduleId: string
  dueAt: string
  outcome: ScheduledOutcome
  /** In words; null where the outcome says all. */
  detail: string | null
  runId: string | null
}

/** The same with how its run stands; null without a run, or when it was deleted. */
export type TimeWithRun = ScheduledTime & LaunchResult

/** Schedules and what became of their times. */
export type ScheduleStore = LaunchHistory<TimeWithRun> & {
  /** False where there are as many as there may be, in all projects together. One transaction. */
  addSchedule(schedule: Schedule, most: number): Promise<boolean>
  /** By name. */
  listSchedules(): Promise<Schedule[]>
  find(id: string): Promise<Schedule | null>
  /**
   * Replaces a schedule if it still is as `before` was read, so of two who change it at once one is told.
   * False where it was changed or deleted meanwhile.
   */
  change(before: Schedule, after: Schedule): Promise<boolean>
  /** Forgets it and its times; its runs stay. False where there is none. */
  deleteSchedule(id: string): Promise<boolean>
  /** Those that are on and whose next time has come. */
  dueSchedules(now: string): Promise<Schedule[]>
  /** The next time of any that is on; null where none is. */
  nextDue(): Promise<string | null>
  /**
   * Notes what becomes of the time a schedule waited for, and the time after it, in one step. False where that
   * time is another by now, or it is off.
   */
  passTime(time: ScheduledTime, nextAt: string | null): Promise<boolean>
  /** A time out of turn, when somebody asks for a run now; nothing where there is one at that moment. */
  addTime(time: ScheduledTime): Promise<void>
  setTime(time: ScheduledTime): Promise<void>
  /** Times that are due or wait, oldest first. */
  openTimes(): Promise<ScheduledTime[]>
  /** Newest first. */
  timesOf(scheduleId: string, most: number): Promise<TimeWithRun[]>
}
