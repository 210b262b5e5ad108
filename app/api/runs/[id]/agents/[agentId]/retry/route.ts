import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import { handle } from '@/lib/server/http/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const POST = handle(agentApi.retryAgent, ({ app, params, body, actor }) => {
  const { maxTokens = null, delivery = null } = body
  const asked = maxTokens === null && delivery === null ? null : { maxTokens, delivery }
  return actOnAgent(app, params.id, params.agentId, { do: 'retry', asked }, actor)
})
