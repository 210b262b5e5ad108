import { forkSchema } from '@/lib/api/fork'
import { json, readBody, route } from '@/lib/server/http/route'
import { fork } from '@/lib/server/runs/fork'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string }>(async ({ app, request, params, actor }) => {
  const body = await readBody(request, forkSchema)
  return json(await fork(app, params.id, body, actor), { status: 201 })
})
