import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { previewRetry } from '@/lib/server/runs/fork'

export const POST = handle(runApi.previewRetry, ({ app, params, body, actor, request }) =>
  previewRetry(app, params.id, body, actor, request.signal),
)
