import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { runActions } from '@/lib/server/runs/act-on-run'
import { getRun } from '@/lib/server/runs/read-run'

export const POST = handle(runApi.pauseRun, async ({ app, params, actor }) => {
  await runActions.pause(app, params.id, actor)
  return (await getRun(app, params.id)).run
})
