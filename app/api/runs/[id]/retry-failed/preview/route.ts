import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { refuseWork } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { previewRetry } from '@/lib/server/runs/fork'

export const POST = handle(runApi.previewRetry, async ({ app, params, body, asker, actor, request }) => {
  await refuseWork(app, asker, params.id)
  return previewRetry(app, params.id, body, actor, request.signal)
})
