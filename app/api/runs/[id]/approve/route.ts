import { approveSchema } from '@/lib/api/runs'
import { json, readBody, route } from '@/lib/server/http/route'
import { runActions } from '@/lib/server/runs/act-on-run'
import { getRun } from '@/lib/server/runs/read-run'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string }>(async ({ app, request, params, actor }) => {
  await runActions.approve(app, params.id, actor, await readBody(request, approveSchema))
  return json((await getRun(app, params.id)).run)
})
