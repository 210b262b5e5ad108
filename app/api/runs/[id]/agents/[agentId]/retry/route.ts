import { retryAgentSchema } from '@/lib/api/agent-acts'
import { answerOf, readBody, route } from '@/lib/server/http/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string; agentId: string }>(async ({ app, request, params, actor }) => {
  const { maxTokens = null, delivery = null } = await readBody(request, retryAgentSchema)
  const asked = maxTokens === null && delivery === null ? null : { maxTokens, delivery }
  const { acted, agent } = await actOnAgent(app, params.id, params.agentId, { do: 'retry', asked }, actor)
  return answerOf(acted, agent)
})
