import { z } from 'zod'
import { cadenceSchema } from './automations/schedules'
import { schemaNames } from './schema-names'

/** When backups are made by themselves, and how many of them are kept. */
export const backupScheduleSchema = cadenceSchema.extend({
  keep: z
    .number({ error: 'must be a number of backups' })
    .int('must be whole backups')
    .min(1, 'must be 1 or more')
    .max(1000, 'must be at most 1,000')
    .default(7),
})
export type BackupSchedule = z.output<typeof backupScheduleSchema>

/** `PUT /api/backups`: null makes none by itself; those that are there stay. */
export const backupsInputSchema = z
  .strictObject({ schedule: backupScheduleSchema.nullable() })
  .register(schemaNames, { id: 'BackupsInput' })
export type BackupsInput = z.input<typeof backupsInputSchema>

/** How the last one went; `trouble` says what to do where it failed. */
export const lastBackupSchema = z.object({ at: z.string(), trouble: z.string().nullable() })

/** `GET /api/backups`. */
export const backupsSchema = z
  .object({
    schedule: backupScheduleSchema.nullable(),
    /** The folder on the server where they lie. */
    folder: z.string(),
    nextAt: z.string().nullable(),
    isUnderWay: z.boolean(),
    last: lastBackupSchema.nullable(),
    /** When the last good one was made; null where none was. */
    goodAt: z.string().nullable(),
    /** Those that are there, newest first. */
    files: z.array(z.object({ name: z.string(), bytes: z.number().int(), madeAt: z.string() })),
  })
  .register(schemaNames, { id: 'Backups' })
export type BackupsShown = z.infer<typeof backupsSchema>
