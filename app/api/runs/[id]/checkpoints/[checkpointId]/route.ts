import { checkpointAnswerSchema } from '@/lib/api/checkpoints'
import { json, readBody, route } from '@/lib/server/http/route'
import { answer } from '@/lib/server/runs/checkpoints'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string; checkpointId: string }>(async ({ app, request, params, actor }) => {
  const body = await readBody(request, checkpointAnswerSchema)
  return json(await answer(app, params.id, params.checkpointId, body.answer, actor, body.approved))
})
