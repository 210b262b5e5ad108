import { json, readQuery, route } from '@/lib/server/http/route'
import { eventsQuerySchema, pageOfEvents, watchRun } from '@/lib/server/http/watch'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(async ({ app, params, request, url, actor }) => {
  const query = readQuery(url, eventsQuerySchema)
  const wantsJson = request.headers.get('accept')?.includes('application/json') ?? false
  return wantsJson ? json(await pageOfEvents(app, params.id, query)) : watchRun(app, params.id, query, request, actor)
})
