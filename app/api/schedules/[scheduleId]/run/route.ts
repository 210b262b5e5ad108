import { scheduleApi } from '@/lib/api/endpoints/schedule-endpoints'
import { handle } from '@/lib/server/http/route'
import { runSchedule } from '@/lib/server/schedules/schedules'

export const POST = handle(scheduleApi.runSchedule, ({ app, asker, params }) =>
  runSchedule(app, asker, params.scheduleId),
)
