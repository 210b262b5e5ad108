import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import { handle } from '@/lib/server/http/route'
import { getTranscript } from '@/lib/server/runs/read-run'

export const GET = handle(agentApi.getTranscript, ({ app, params }) =>
  getTranscript(app, params.id, params.agentId),
)
