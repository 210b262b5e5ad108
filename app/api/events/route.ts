import { json, route } from '@/lib/server/route'
import { watchOverview } from '@/lib/server/watch-overview'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, request, actor }) => {
  const wantsJson = request.headers.get('accept')?.includes('application/json') ?? false
  return wantsJson ? json(await app.overview.read()) : watchOverview(app, request, actor)
})
