import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { handle } from '@/lib/server/http/route'
import { getFileDiff } from '@/lib/server/runs/changes'

export const GET = handle(changesApi.getFileDiff, ({ app, params, query }) =>
  getFileDiff(app, params.id, query),
)
