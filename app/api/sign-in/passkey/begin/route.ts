import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { beginPasskeySignIn } from '@/lib/server/people/sign-in'

export const POST = handle(accountApi.beginPasskeySignIn, async ({ app, request, cookies }) => {
  const { question, headers } = await beginPasskeySignIn(app, request.headers)
  cookies(headers)
  return { question }
})
