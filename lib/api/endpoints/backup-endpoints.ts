import { backupsInputSchema, backupsSchema } from '../backups'
import { body, endpoint, json } from './endpoint'

const schedule = { cron: '0 3 * * *', timeZone: 'UTC', keep: 7 }

/** Backups that are made by themselves. */
export const backupApi = {
  getBackups: endpoint('GET', '/api/backups', 'Backups, when the next is made, and how the last went', {
    access: 'admin',
    within: 'installation',
    answer: json(backupsSchema, {
      schedule,
      folder: '/srv/skein/backups',
      nextAt: '2026-12-01T03:00:00.000Z',
      isUnderWay: false,
      last: { at: '2026-11-30T03:00:00.000Z', trouble: null },
      goodAt: '2026-11-30T03:00:00.000Z',
      files: [],
    }),
  }),
  setBackups: endpoint('PUT', '/api/backups', 'Set when backups are made, and how many are kept', {
    access: 'admin',
    within: 'installation',
    notForKeys: true,
    records: ['schedule'],
    body: body(backupsInputSchema, { schedule }),
    answer: json(backupsSchema),
  }),
  makeBackup: endpoint('POST', '/api/backups/run', 'Make a backup now, beside those that are scheduled', {
    access: 'admin',
    within: 'installation',
    notForKeys: true,
    answer: json(backupsSchema),
  }),
}
