import { approveSchema } from '@/lib/api/runs'
import { json, readBody, route } from '@/lib/server/route'
import { acts } from '@/lib/server/runs/change'
import { getRun } from '@/lib/server/runs/read'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string }>(async ({ app, request, params, actor }) => {
  await acts.approve(app, params.id, actor, await readBody(request, approveSchema))
  return json((await getRun(app, params.id)).run)
})
