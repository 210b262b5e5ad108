import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { beginPasskey } from '@/lib/server/people/account'

export const POST = handle(accountApi.beginPasskey, async ({ app, asker, request, cookies }) => {
  const { question, headers } = await beginPasskey(app, asker, request.headers)
  cookies(headers)
  return { question }
})
