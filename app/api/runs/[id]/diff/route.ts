import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { compareResults } from '@/lib/server/runs/compare'

export const GET = handle(runApi.compareResults, ({ app, params, query }) =>
  compareResults(app, params.id, query.with),
)
