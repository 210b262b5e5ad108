import { memberApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { makePasswordLink } from '@/lib/server/people/members'

export const POST = handle(memberApi.makePasswordLink, ({ app, asker, params }) =>
  makePasswordLink(app, asker, params.personId),
)
