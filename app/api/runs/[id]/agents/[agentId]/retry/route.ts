import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import { refuseWork } from '@/lib/server/http/door'
import { handle } from '@/lib/server/http/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const POST = handle(agentApi.retryAgent, async ({ app, params, body, asker, actor }) => {
  await refuseWork(app, asker, params.id)
  const { maxTokens = null, delivery = null } = body
  const asked = maxTokens === null && delivery === null ? null : { maxTokens, delivery }
  return actOnAgent(app, params.id, params.agentId, { do: 'retry', asked }, actor)
})
