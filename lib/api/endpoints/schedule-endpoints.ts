import {
  cadenceSchema,
  cadenceTimesSchema,
  newScheduleSchema,
  schedulePatchSchema,
  scheduleSchema,
  schedulesSchema,
} from '../automations/schedules'
import { body, created, endpoint, json } from './endpoint'

/** What the audit log tells of a launch that is kept, beside the names of all that was said of it. */
const launchRecords = ['workflow', 'workspace', 'limits', 'permissions', 'model'].map(
  (name) => `launch.${name}`,
)

/** Launches that are made again and again. */
export const scheduleApi = {
  listSchedules: endpoint('GET', '/api/schedules', 'Schedules with their next and last times', {
    access: 'viewer',
    within: 'project',
    answer: json(schedulesSchema, { schedules: [] }),
  }),
  addSchedule: endpoint('POST', '/api/schedules', 'Launch something again and again', {
    access: 'launcher',
    within: 'project',
    notForKeys: true,
    records: ['name', 'cron', 'timeZone', 'monthlyUsd', ...launchRecords],
    body: body(newScheduleSchema, {
      name: 'Nightly audit',
      launch: { workflow: 'code-audit', workspace: '/srv/shop', limits: { usd: 2 } },
      cron: '30 2 * * 1-5',
      timeZone: 'Europe/Berlin',
      monthlyUsd: 30,
    }),
    answer: created(scheduleSchema),
    refusals: ['not-found', 'conflict'],
  }),
  previewCadence: endpoint('POST', '/api/schedules/preview', 'The next five times of a cadence', {
    access: 'viewer',
    within: 'project',
    changes: false,
    body: body(cadenceSchema, { cron: '@daily', timeZone: 'Europe/Berlin' }),
    answer: json(cadenceTimesSchema, { nextTimes: ['2026-11-30T23:00:00.000Z'] }),
  }),
  changeSchedule: endpoint(
    'PATCH',
    '/api/schedules/{scheduleId}',
    'Change a schedule and what it launches from now on, or turn it on or off',
    {
      access: 'launcher',
      within: 'project',
      notForKeys: true,
      records: ['name', 'cron', 'timeZone', 'monthlyUsd', 'isOn', 'basedOn', ...launchRecords],
      body: body(schedulePatchSchema, { isOn: false }),
      answer: json(scheduleSchema),
      refusals: ['conflict'],
    },
  ),
  deleteSchedule: endpoint('DELETE', '/api/schedules/{scheduleId}', 'Delete a schedule; its runs stay', {
    access: 'launcher',
    within: 'project',
    notForKeys: true,
    answer: { kind: 'nothing' },
  }),
  runSchedule: endpoint('POST', '/api/schedules/{scheduleId}/run', 'Launch a schedule’s run now', {
    access: 'launcher',
    within: 'project',
    notForKeys: true,
    answer: json(scheduleSchema),
    refusals: ['conflict'],
  }),
}
