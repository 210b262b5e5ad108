import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { refuseGranting } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { answer } from '@/lib/server/runs/checkpoints'
import { getHead } from '@/lib/server/runs/read-run'

export const POST = handle(runApi.answerCheckpoint, async ({ app, params, body, asker, actor }) => {
  const { checkpoints } = await getHead(app, params.id)
  refuseGranting(asker, checkpoints.find(({ checkpointId }) => checkpointId === params.checkpointId)?.kind)
  return answer(app, params.id, params.checkpointId, body.answer, actor, body.approved)
})
