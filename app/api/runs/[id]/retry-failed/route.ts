import { retrySchema } from '@/lib/api/fork'
import { json, readBody, route } from '@/lib/server/http/route'
import { retryFailed } from '@/lib/server/runs/act-on-run'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string }>(async ({ app, request, params, actor }) => {
  const body = await readBody(request, retrySchema)
  return json((await retryFailed(app, params.id, body, actor)).run)
})
