import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { knownPlace } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { readAccess } from '@/lib/server/people/sign-in'

export const GET = handle(accountApi.getAccess, async ({ app, request }) =>
  readAccess(app, await knownPlace(app, request.headers)),
)
