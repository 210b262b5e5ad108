import { json, route } from '@/lib/server/http/route'
import { getTranscript } from '@/lib/server/runs/read-run'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string; agentId: string }>(async ({ app, params }) =>
  json(await getTranscript(app, params.id, params.agentId)),
)
