import { streamApi } from '@/lib/api/endpoints/stream-endpoints'
import { handle } from '@/lib/server/http/route'
import { pageOfEvents, watchRun } from '@/lib/server/http/run-stream'

export const GET = handle(streamApi.followRun, ({ app, params, query, request, asker, wantsJson }) =>
  wantsJson ? pageOfEvents(app, params.id, query) : watchRun(app, params.id, query, request, asker),
)
