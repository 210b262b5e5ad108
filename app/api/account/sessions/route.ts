import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { endAllSessions, sessionOf } from '@/lib/server/people/account'

export const DELETE = handle(accountApi.endSessions, ({ app, asker }) =>
  endAllSessions(app, sessionOf(app, asker).personId),
)
