import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { refuseWork } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { retryFailed } from '@/lib/server/runs/act-on-run'

export const POST = handle(runApi.retryFailed, async ({ app, params, body, asker, actor }) => {
  await refuseWork(app, asker, params.id)
  return (await retryFailed(app, params.id, body, actor)).run
})
