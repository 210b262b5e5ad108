import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { plan } from '@/lib/server/runs/plan'

export const POST = handle(runApi.estimateLaunch, ({ app, body, query, actor, request }) =>
  plan(app, body, actor, {
    dryRun: query.dryRun === '1',
    briefDryRun: query.dryRun === undefined,
    count: query.count === '1',
    signal: request.signal,
  }),
)
