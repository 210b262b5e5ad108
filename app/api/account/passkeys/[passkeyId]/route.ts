import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { removePasskey } from '@/lib/server/people/account'

export const DELETE = handle(accountApi.removePasskey, ({ app, asker, params }) =>
  removePasskey(app, asker, params.passkeyId),
)
