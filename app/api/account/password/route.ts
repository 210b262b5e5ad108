import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { clientNamed } from '@/lib/server/http/access'
import { handle } from '@/lib/server/http/route'
import { changePassword } from '@/lib/server/people/account'

export const PUT = handle(accountApi.changePassword, ({ app, asker, body, request }) =>
  changePassword(app, asker, body, clientNamed(request.headers)),
)
