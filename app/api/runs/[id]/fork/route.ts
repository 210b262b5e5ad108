import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { fork } from '@/lib/server/runs/fork'

export const POST = handle(runApi.forkRun, ({ app, params, body, actor }) =>
  fork(app, params.id, body, actor),
)
