import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { getFileDiff } from '@/lib/server/changes/changes'
import { handle } from '@/lib/server/http/route'

export const GET = handle(changesApi.getFileDiff, ({ app, params, query }) =>
  getFileDiff(app, params.id, query),
)
