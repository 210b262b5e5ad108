import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import { handle, withOutcome } from '@/lib/server/http/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const POST = handle(agentApi.cancelAgent, async ({ app, params, actor }) => {
  const { acted, agent } = await actOnAgent(app, params.id, params.agentId, { do: 'cancel' }, actor)
  return withOutcome(acted, agent)
})
