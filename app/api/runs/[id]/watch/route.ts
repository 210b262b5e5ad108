import { watchSchema } from '@/lib/api/stream'
import { readBody, route } from '@/lib/server/http/route'
import { getRun } from '@/lib/server/runs/read-run'
import { Refusal } from '@/lib/server/services/problem'

export const dynamic = 'force-dynamic'

export const PUT = route<{ id: string }>(async ({ app, params, request }) => {
  const { watcher, agents } = await readBody(request, watchSchema)
  if (!app.tails.watch(params.id, watcher, agents)) {
    await getRun(app, params.id)
    // Who wants no text any more may have gone with the end of the run.
    if (agents.length > 0)
      throw new Refusal('not-found', 'Nobody of that name watches this run. Open the stream first.')
  }
  return new Response(null, { status: 204 })
})
