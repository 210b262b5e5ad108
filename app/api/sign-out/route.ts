import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { signOut } from '@/lib/server/people/account'

export const POST = handle(accountApi.signOut, ({ app, asker, request }) =>
  signOut(app, asker, request.headers),
)
