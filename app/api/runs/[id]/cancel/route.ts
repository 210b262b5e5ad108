import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { runActions } from '@/lib/server/runs/act-on-run'
import { getRun } from '@/lib/server/runs/read-run'
import { withOutcome } from '@/lib/server/services/with-outcome'

export const POST = handle(runApi.cancelRun, async ({ app, params, actor }) => {
  const acted = await runActions.cancel(app, params.id, actor)
  return withOutcome(acted, (await getRun(app, params.id)).run)
})
