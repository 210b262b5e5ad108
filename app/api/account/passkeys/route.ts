import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { addPasskey } from '@/lib/server/people/account'

export const POST = handle(accountApi.addPasskey, ({ app, asker, body, request }) =>
  addPasskey(app, asker, body, request.headers),
)
