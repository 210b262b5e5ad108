import { triggerApi } from '@/lib/api/endpoints/trigger-endpoints'
import { refusePermissions } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { addTrigger, listTriggers } from '@/lib/server/triggers/triggers'

export const GET = handle(triggerApi.listTriggers, ({ app }) => listTriggers(app))

export const POST = handle(triggerApi.addTrigger, ({ app, asker, body }) => {
  if (body.launch.permissions !== undefined) refusePermissions(app, asker, body.launch.permissions)
  return addTrigger(app, asker, body)
})
