import { agentSearchQuerySchema } from '@/lib/api/runs'
import { json, readQuery, route } from '@/lib/server/http/route'
import { searchAgents } from '@/lib/server/runs/search'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(async ({ app, params, url }) =>
  json(await searchAgents(app, params.id, readQuery(url, agentSearchQuerySchema).q)),
)
