import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { answer } from '@/lib/server/runs/checkpoints'

export const POST = handle(runApi.answerCheckpoint, ({ app, params, body, actor }) =>
  answer(app, params.id, params.checkpointId, body.answer, actor, body.approved),
)
