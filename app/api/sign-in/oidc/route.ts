import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { beginOidc } from '@/lib/server/people/sign-in'

export const POST = handle(accountApi.beginOidc, async ({ app, body, cookies }) => {
  const { url, headers } = await beginOidc(app, body.back)
  cookies(headers)
  return { url }
})
