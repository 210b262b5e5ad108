import { triggerApi } from '@/lib/api/endpoints/trigger-endpoints'
import { handle } from '@/lib/server/http/route'
import { renewSecret } from '@/lib/server/triggers/triggers'

export const POST = handle(triggerApi.renewTriggerSecret, ({ app, asker, params, body }) =>
  renewSecret(app, asker, params.triggerId, body),
)
