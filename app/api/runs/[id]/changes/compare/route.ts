import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { compareChanges } from '@/lib/server/changes/compare-changes'
import { handle } from '@/lib/server/http/route'

export const GET = handle(changesApi.compareChanges, ({ app, params, query }) =>
  compareChanges(app, params.id, query.with),
)
