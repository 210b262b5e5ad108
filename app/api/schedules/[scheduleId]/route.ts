import { scheduleApi } from '@/lib/api/endpoints/schedule-endpoints'
import { refusePermissions } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { changeSchedule, deleteSchedule, launchOf } from '@/lib/server/schedules/schedules'

export const PATCH = handle(scheduleApi.changeSchedule, async ({ app, asker, params, body }) => {
  // Turned on, it launches under the name of who did so.
  const launch = body.launch ?? (await launchOf(app, asker, params.scheduleId))
  if (launch?.permissions !== undefined) refusePermissions(app, asker, launch.permissions)
  return changeSchedule(app, asker, params.scheduleId, body)
})

export const DELETE = handle(scheduleApi.deleteSchedule, ({ app, asker, params }) =>
  deleteSchedule(app, asker, params.scheduleId),
)
