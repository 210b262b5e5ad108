import { triggerApi } from '@/lib/api/endpoints/trigger-endpoints'
import { refusePermissions } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { changeTrigger, deleteTrigger, launchOfTrigger } from '@/lib/server/triggers/triggers'

export const PATCH = handle(triggerApi.changeTrigger, async ({ app, asker, params, body }) => {
  // Turned on, it launches under the name of who did so.
  const launch = body.launch ?? (await launchOfTrigger(app, asker, params.triggerId))
  if (launch?.permissions !== undefined) refusePermissions(app, asker, launch.permissions)
  return changeTrigger(app, asker, params.triggerId, body)
})

export const DELETE = handle(triggerApi.deleteTrigger, ({ app, asker, params }) =>
  deleteTrigger(app, asker, params.triggerId),
)
