import { z } from 'zod'
import { scheduledOutcomes } from '@/lib/core/ports/schedule-store'
import { schemaNames } from '../schema-names'
import { automationFields, automationSettings, occasionFields } from './settings'

/** Five fields, or a nickname such as `@daily`; the server says what is wrong with it. */
const cronSchema = z.string().trim().min(1, 'must not be empty').max(200)
const timeZoneSchema = z.string().trim().min(1, 'must not be empty').max(100)

/** What became of one time of a schedule. */
const scheduledTimeSchema = z.object({
  dueAt: z.string(),
  outcome: z.enum(scheduledOutcomes),
  ...occasionFields,
})
export type ScheduledTimeShown = z.infer<typeof scheduledTimeSchema>

/** A schedule as people see it. */
export const scheduleSchema = z
  .object({
    ...automationFields,
    /** Of what people say of it: send it back as `basedOn`, and a change that somebody made meanwhile is told. */
    version: z.string().default(''),
    cron: z.string(),
    timeZone: z.string(),
    nextAt: z.string().nullable(),
    /** The next five times, also of one that is off. */
    nextTimes: z.array(z.string()),
    /** Its last times, newest first. */
    times: z.array(scheduledTimeSchema),
  })
  .register(schemaNames, { id: 'Schedule' })
export type ScheduleShown = z.infer<typeof scheduleSchema>

/** `GET /api/schedules`: by name. */
export const schedulesSchema = z
  .object({ schedules: z.array(scheduleSchema) })
  .register(schemaNames, { id: 'Schedules' })

const settingsOfSchedule = { ...automationSettings, cron: cronSchema, timeZone: timeZoneSchema }

/** `POST /api/schedules`. */
export const newScheduleSchema = z
  .strictObject({
    ...settingsOfSchedule,
    timeZone: timeZoneSchema.default('UTC'),
    whenBusy: settingsOfSchedule.whenBusy.default('skip'),
    monthlyUsd: settingsOfSchedule.monthlyUsd.default(null),
    mostFailures: settingsOfSchedule.mostFailures.default(3),
  })
  .register(schemaNames, { id: 'NewSchedule' })
export type NewSchedule = z.input<typeof newScheduleSchema>

/** `PATCH /api/schedules/{scheduleId}`: what is left out stays. */
export const schedulePatchSchema = z
  .strictObject({
    ...settingsOfSchedule,
    isOn: z.boolean(),
    /** The `version` that was changed: where it is another by now, nothing is changed. Left out, it is not asked. */
    basedOn: z.string().min(1).max(200),
  })
  .partial()
  .register(schemaNames, { id: 'SchedulePatch' })
export type SchedulePatch = z.input<typeof schedulePatchSchema>

/** `POST /api/schedules/preview`: when a cadence would run, before it is kept. */
export const cadenceSchema = z
  .strictObject({ cron: cronSchema, timeZone: timeZoneSchema.default('UTC') })
  .register(schemaNames, { id: 'Cadence' })
export const cadenceTimesSchema = z
  .object({ nextTimes: z.array(z.string()) })
  .register(schemaNames, { id: 'CadenceTimes' })
