import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { joinCookie } from '@/lib/server/http/access'
import { handle } from '@/lib/server/http/route'

export const POST = handle(
  serverApi.joinTeam,
  ({ app, request, body }) => new Headers({ 'set-cookie': joinCookie(app, request.headers, body) }),
)
