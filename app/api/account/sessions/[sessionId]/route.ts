import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { endSession } from '@/lib/server/people/account'

export const DELETE = handle(accountApi.endSession, ({ app, asker, params }) =>
  endSession(app, asker, params.sessionId),
)
