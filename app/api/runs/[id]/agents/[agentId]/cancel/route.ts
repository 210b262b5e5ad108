import { json, route } from '@/lib/server/route'
import { actOnAgent } from '@/lib/server/runs/agent-acts'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string; agentId: string }>(async ({ app, params, actor }) =>
  json(await actOnAgent(app, params.id, params.agentId, { do: 'cancel' }, actor)),
)
