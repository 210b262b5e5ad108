import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { deleteRun } from '@/lib/server/changes/delete-run'
import { handle } from '@/lib/server/http/route'
import { patchRun } from '@/lib/server/runs/act-on-run'
import { getRun } from '@/lib/server/runs/read-run'

export const GET = handle(runApi.getRun, ({ app, params }) => getRun(app, params.id))

export const PATCH = handle(runApi.changeRun, ({ app, params, body, actor }) =>
  patchRun(app, params.id, body, actor),
)

export const DELETE = handle(runApi.deleteRun, ({ app, params }) => deleteRun(app, params.id))
