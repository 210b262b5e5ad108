import { memberApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { changeMember, removeMember } from '@/lib/server/people/members'

export const PATCH = handle(memberApi.changeMember, ({ app, asker, params, body }) =>
  changeMember(app, asker, params.personId, body.role),
)

export const DELETE = handle(memberApi.removeMember, ({ app, asker, params }) =>
  removeMember(app, asker, params.personId),
)
