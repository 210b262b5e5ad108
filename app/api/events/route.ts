import { json, route } from '@/lib/server/http/route'
import { watchOverview } from '@/lib/server/http/watch-overview'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, request, actor }) => {
  const wantsJson = request.headers.get('accept')?.includes('application/json') ?? false
  return wantsJson ? json(await app.overview.read()) : watchOverview(app, request, actor)
})
