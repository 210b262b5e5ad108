import { streamApi } from '@/lib/api/endpoints/stream-endpoints'
import { handle } from '@/lib/server/http/route'
import { getRun } from '@/lib/server/runs/read-run'
import { Refusal } from '@/lib/server/services/problem'

export const PUT = handle(streamApi.watchAgents, async ({ app, params, body: { watcher, agents } }) => {
  if (app.tails.watch(params.id, watcher, agents)) return
  await getRun(app, params.id)
  // Who wants no text any more may have gone with the end of the run.
  if (agents.length > 0)
    throw new Refusal('not-found', 'Nobody of that name watches this run. Open the stream first.')
})
