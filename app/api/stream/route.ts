import { streamApi } from '@/lib/api/endpoints/stream-endpoints'
import { handle } from '@/lib/server/http/route'
import { watchAll } from '@/lib/server/http/shared-stream'

export const GET = handle(streamApi.followAll, ({ app, query, request, asker }) =>
  watchAll(app, query, request, asker),
)
