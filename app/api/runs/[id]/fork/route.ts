import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { refusePermissions } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { fork } from '@/lib/server/runs/fork'
import { getHead } from '@/lib/server/runs/read-run'

export const POST = handle(runApi.forkRun, async ({ app, params, body, asker, actor }) => {
  const { run } = await getHead(app, params.id)
  refusePermissions(app, asker, run.permissions)
  return fork(app, params.id, body, actor)
})
