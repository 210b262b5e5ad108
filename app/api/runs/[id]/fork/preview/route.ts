import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { refusePermissions } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { previewFork } from '@/lib/server/runs/fork'
import { getHead } from '@/lib/server/runs/read-run'

export const POST = handle(runApi.previewFork, async ({ app, params, body, asker, actor, request }) => {
  const { run } = await getHead(app, params.id)
  refusePermissions(app, asker, run.permissions)
  return previewFork(app, params.id, body, actor, request.signal)
})
