import { joinSchema } from '@/lib/api/settings'
import { joinCookie } from '@/lib/server/http/access'
import { readBody, route } from '@/lib/server/http/route'

export const dynamic = 'force-dynamic'

export const POST = route(
  async ({ app, request }) => {
    const join = await readBody(request, joinSchema)
    return new Response(null, { status: 204, headers: { 'set-cookie': joinCookie(app, request.headers, join) } })
  },
  { open: true },
)
