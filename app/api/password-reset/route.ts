import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { clientNamed } from '@/lib/server/http/access'
import { handle } from '@/lib/server/http/route'
import { resetPassword } from '@/lib/server/people/sign-in'

export const POST = handle(accountApi.resetPassword, async ({ app, body, request, turnedOutToBe }) => {
  const { actor, headers } = await resetPassword(app, body, clientNamed(request.headers), request.headers)
  turnedOutToBe(actor)
  return headers
})
