import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { linkProvider, unlinkProvider } from '@/lib/server/people/account'

export const POST = handle(accountApi.linkProvider, async ({ app, asker, body, request, cookies }) => {
  const { url, headers } = await linkProvider(app, asker, body.back, request.headers)
  cookies(headers)
  return { url }
})

export const DELETE = handle(accountApi.unlinkProvider, ({ app, asker }) => unlinkProvider(app, asker))
