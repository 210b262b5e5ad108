import { retrySchema } from '@/lib/api/fork'
import { json, readBody, route } from '@/lib/server/http/route'
import { previewRetry } from '@/lib/server/runs/fork'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string }>(async ({ app, request, params, actor }) => {
  const body = await readBody(request, retrySchema)
  return json(await previewRetry(app, params.id, body, actor, request.signal))
})
