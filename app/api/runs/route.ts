import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { readTraceParent } from '@/lib/core/wire/trace-parent'
import { refusePermissions } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { launchAsked } from '@/lib/server/runs/launch'
import { listRuns } from '@/lib/server/runs/read-run'

export const GET = handle(runApi.listRuns, ({ app, query }) => listRuns(app, query))

export const POST = handle(runApi.launchRun, ({ app, body, request, asker, actor }) => {
  if (body.permissions !== undefined) refusePermissions(app, asker, body.permissions)
  const traceParent = request.headers.get('traceparent')
  const isOne = traceParent !== null && readTraceParent(traceParent) !== null
  return launchAsked(app, body, request.headers.get('idempotency-key'), actor, isOne ? traceParent : null)
})
