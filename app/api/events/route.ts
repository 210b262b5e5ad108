import { sseResponse } from '@/lib/live/sse'
import { json, route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, request }) => {
  const wantsJson = request.headers.get('accept')?.includes('application/json') ?? false
  return wantsJson
    ? json(await app.wall.read())
    : sseResponse(request.signal, app.sinks, (sink) => app.wall.follow(sink))
})
