import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import { handle, withOutcome } from '@/lib/server/http/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const POST = handle(agentApi.steerAgent, async ({ app, params, body: { message }, actor }) => {
  const { acted, agent } = await actOnAgent(app, params.id, params.agentId, { do: 'steer', message }, actor)
  return withOutcome(acted, agent)
})
