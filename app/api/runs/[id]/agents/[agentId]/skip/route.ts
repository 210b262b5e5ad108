import { answerOf, route } from '@/lib/server/http/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string; agentId: string }>(async ({ app, params, actor }) => {
  const { acted, agent } = await actOnAgent(app, params.id, params.agentId, { do: 'skip' }, actor)
  return answerOf(acted, agent)
})
