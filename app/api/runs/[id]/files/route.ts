import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { getRunFile } from '@/lib/server/changes/run-file'
import { handle } from '@/lib/server/http/route'

export const GET = handle(changesApi.getRunFile, ({ app, params, query, request }) =>
  getRunFile(app, params.id, query, request.signal),
)
