import { scheduleApi } from '@/lib/api/endpoints/schedule-endpoints'
import { refusePermissions } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { addSchedule, listSchedules } from '@/lib/server/schedules/schedules'

export const GET = handle(scheduleApi.listSchedules, ({ app }) => listSchedules(app))

export const POST = handle(scheduleApi.addSchedule, ({ app, asker, body }) => {
  if (body.launch.permissions !== undefined) refusePermissions(app, asker, body.launch.permissions)
  return addSchedule(app, asker, body)
})
