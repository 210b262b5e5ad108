import type { Actor } from '../base/actor'
import type { JsonObject } from '../base/json'
import type { RunStatus } from '../spec/run'

/** What happens at a time that comes while the last run still goes on. */
export const whenBusyChoices = ['skip', 'wait'] as const
export type WhenBusy = (typeof whenBusyChoices)[number]

/** Why a schedule is off: a person, or what it met itself. */
export const offReasons = ['person', 'failures', 'owner', 'ends'] as const
export type OffReason = (typeof offReasons)[number]

/**
 * A launch that is made again and again. Times are ISO 8601, money is nanodollars, months are UTC months as of
 * every cap.
 */
export type Schedule = {
  id: string
  project: string
  name: string
  /** The body of the launch, as `POST /api/runs` takes it. */
  launch: JsonObject
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  cron: string
  /** An IANA name, `Europe/Berlin`. */
  timeZone: string
  whenBusy: WhenBusy
  /** What its runs may spend together in a month; null for as much as their own caps allow. */
  monthlyNanoUsd: number | null
  /** It turns itself off once as many runs in a row have failed. */
  mostFailures: number
  isOn: boolean
  /** Why it is off; null while it is on. */
  offReason: OffReason | null
  /** The same in words, where there is more to say. */
  offDetail: string | null
  /** Whose runs they are: who made it, or who turned it on last. */
  owner: Actor
  createdAt: string
  /** When somebody turned it on last; failures before it are forgiven. */
  onSince: string
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
export type TimeWithRun = ScheduledTime & { runStatus: RunStatus | null; spentNanoUsd: number | null }

/** Schedules and what became of their times. */
export type ScheduleStore = {
  addSchedule(schedule: Schedule): Promise<void>
  /** By name. */
  listSchedules(): Promise<Schedule[]>
  findSchedule(id: string): Promise<Schedule | null>
  /**
   * Replaces a schedule if it still is as `before` was read, so of two who change it at once one is told.
   * False where it was changed or deleted meanwhile.
   */
  changeSchedule(before: Schedule, after: Schedule): Promise<boolean>
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
  /** Its times from `since` on that were launched or refused, newest first: whatever lies between is no result. */
  resultsSince(scheduleId: string, since: string, most: number): Promise<TimeWithRun[]>
  /** A run that it launched and that has not ended; null for none. */
  unendedRun(scheduleId: string): Promise<string | null>
  /** What the runs launched at times from `from` on have spent, with what is unsettled. */
  spentSince(scheduleId: string, from: string): Promise<number>
}
