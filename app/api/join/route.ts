import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { person } from '@/lib/core/base/actor'
import { joinCookie } from '@/lib/server/http/access'
import { handle } from '@/lib/server/http/route'

export const POST = handle(serverApi.joinTeam, ({ app, request, body, turnedOutToBe }) => {
  const headers = new Headers({ 'set-cookie': joinCookie(app, request.headers, body) })
  turnedOutToBe(person(body.name))
  return headers
})
