import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { retryFailed } from '@/lib/server/runs/act-on-run'

export const POST = handle(
  runApi.retryFailed,
  async ({ app, params, body, actor }) => (await retryFailed(app, params.id, body, actor)).run,
)
