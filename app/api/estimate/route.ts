import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { refusePermissions } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { plan } from '@/lib/server/runs/plan'

export const POST = handle(runApi.estimateLaunch, ({ app, body, query, asker, actor, request }) => {
  // A dry run has the tools that the run would have.
  if (body.permissions !== undefined) refusePermissions(app, asker, body.permissions)
  return plan(app, body, actor, {
    dryRun: query.dryRun === '1',
    briefDryRun: query.dryRun === undefined,
    count: query.count === '1',
    signal: request.signal,
  })
})
