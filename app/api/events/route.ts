import { json, route } from '@/lib/server/route'
import { watchWall } from '@/lib/server/watch-wall'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, request, actor }) => {
  const wantsJson = request.headers.get('accept')?.includes('application/json') ?? false
  return wantsJson ? json(await app.wall.read()) : watchWall(app, request, actor)
})
