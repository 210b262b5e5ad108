import { streamApi } from '@/lib/api/endpoints/stream-endpoints'
import { handle } from '@/lib/server/http/route'
import { watchOverview } from '@/lib/server/http/shared-stream'

export const GET = handle(streamApi.followOverview, ({ app, request, asker, wantsJson }) =>
  wantsJson ? app.overview.read() : watchOverview(app, request, asker),
)
