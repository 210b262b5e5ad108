import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { handle } from '@/lib/server/http/route'
import { getChanges } from '@/lib/server/runs/changes'

export const GET = handle(changesApi.getChanges, ({ app, params, query }) =>
  getChanges(app, params.id, query),
)
