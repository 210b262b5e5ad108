import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import { refuseWork } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const POST = handle(agentApi.steerAgent, async ({ app, params, body, asker, actor }) => {
  await refuseWork(app, asker, params.id)
  return actOnAgent(app, params.id, params.agentId, { do: 'steer', message: body.message }, actor)
})
