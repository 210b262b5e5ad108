import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import { handle, withOutcome } from '@/lib/server/http/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const POST = handle(agentApi.retryAgent, async ({ app, params, body, actor }) => {
  const { maxTokens = null, delivery = null } = body
  const asked = maxTokens === null && delivery === null ? null : { maxTokens, delivery }
  const { acted, agent } = await actOnAgent(app, params.id, params.agentId, { do: 'retry', asked }, actor)
  return withOutcome(acted, agent)
})
