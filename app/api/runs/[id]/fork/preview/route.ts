import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { previewFork } from '@/lib/server/runs/fork'

export const POST = handle(runApi.previewFork, ({ app, params, body, actor, request }) =>
  previewFork(app, params.id, body, actor, request.signal),
)
