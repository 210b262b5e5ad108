import { memberApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { signOutMember } from '@/lib/server/people/members'

export const POST = handle(memberApi.signOutMember, ({ app, asker, params }) =>
  signOutMember(app, asker, params.personId),
)
