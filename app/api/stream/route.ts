import { streamQuerySchema } from '@/lib/api/stream'
import { readQuery, route } from '@/lib/server/http/route'
import { watchAll } from '@/lib/server/http/watch-all'

export const dynamic = 'force-dynamic'

export const GET = route(({ app, request, url, actor }) =>
  watchAll(app, readQuery(url, streamQuerySchema), request, actor),
)
