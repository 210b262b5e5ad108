import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { clientNamed } from '@/lib/server/http/access'
import { handle } from '@/lib/server/http/route'
import { acceptInvitation } from '@/lib/server/people/sign-in'

export const POST = handle(accountApi.acceptInvitation, async ({ app, body, request, turnedOutToBe }) => {
  const client = clientNamed(request.headers)
  const { actor, headers, by } = await acceptInvitation(app, body, client, request.headers)
  turnedOutToBe(actor, by)
  return headers
})
