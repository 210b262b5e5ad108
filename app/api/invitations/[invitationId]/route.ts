import { memberApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { withdrawInvitation } from '@/lib/server/people/members'

export const DELETE = handle(memberApi.withdrawInvitation, ({ app, params }) =>
  withdrawInvitation(app, params.invitationId),
)
