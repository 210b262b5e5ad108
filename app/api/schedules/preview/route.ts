import { scheduleApi } from '@/lib/api/endpoints/schedule-endpoints'
import { handle } from '@/lib/server/http/route'
import { previewCadence } from '@/lib/server/schedules/schedules'

export const POST = handle(scheduleApi.previewCadence, ({ app, body }) => previewCadence(app, body))
