import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { runActions } from '@/lib/server/runs/act-on-run'
import { getRun } from '@/lib/server/runs/read-run'

export const POST = handle(runApi.approveRun, async ({ app, params, body, actor }) => {
  await runActions.approve(app, params.id, actor, body)
  return (await getRun(app, params.id)).run
})
