import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import { agentCosts } from '@/lib/server/costs/agent-costs'
import { handle } from '@/lib/server/http/route'

export const GET = handle(costApi.getAgentCosts, ({ app, query, request }) =>
  agentCosts(app, query, request.signal),
)
