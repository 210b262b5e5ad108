import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { launch } from '@/lib/server/runs/launch'
import { listRuns } from '@/lib/server/runs/read-run'

export const GET = handle(runApi.listRuns, ({ app, query }) => listRuns(app, query))

export const POST = handle(runApi.launchRun, ({ app, body, request, actor }) =>
  launch(app, body, request.headers.get('idempotency-key'), actor),
)
