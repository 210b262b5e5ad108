import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { getChanges } from '@/lib/server/changes/changes'
import { handle } from '@/lib/server/http/route'

export const GET = handle(changesApi.getChanges, ({ app, params, query }) =>
  getChanges(app, params.id, query),
)
