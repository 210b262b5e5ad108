import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import { handle } from '@/lib/server/http/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const POST = handle(agentApi.cancelAgent, ({ app, params, actor }) =>
  actOnAgent(app, params.id, params.agentId, { do: 'cancel' }, actor),
)
