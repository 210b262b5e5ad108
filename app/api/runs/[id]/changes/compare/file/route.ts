import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { compareChangedFile } from '@/lib/server/changes/compare-changes'
import { handle } from '@/lib/server/http/route'

export const GET = handle(changesApi.compareChangedFile, ({ app, params, query }) =>
  compareChangedFile(app, params.id, query.with, query.path),
)
