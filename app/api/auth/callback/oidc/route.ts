import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { finishOidc } from '@/lib/server/people/sign-in'

export const GET = handle(accountApi.finishOidc, async ({ app, request, turnedOutToBe }) => {
  const { location, headers, actor } = await finishOidc(app, request)
  if (actor !== null) turnedOutToBe(actor)
  headers.set('location', location)
  return new Response(null, { status: 303, headers })
})
