import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { searchAgents } from '@/lib/server/runs/search'

export const GET = handle(runApi.searchAgents, ({ app, params, query }) =>
  searchAgents(app, params.id, query.q),
)
