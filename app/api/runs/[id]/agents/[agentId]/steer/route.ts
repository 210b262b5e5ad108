import { steerSchema } from '@/lib/api/agent-acts'
import { answerOf, readBody, route } from '@/lib/server/http/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string; agentId: string }>(async ({ app, request, params, actor }) => {
  const { message } = await readBody(request, steerSchema)
  const { acted, agent } = await actOnAgent(app, params.id, params.agentId, { do: 'steer', message }, actor)
  return answerOf(acted, agent)
})
