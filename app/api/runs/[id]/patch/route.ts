import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { getPatch } from '@/lib/server/changes/changes'
import { handle } from '@/lib/server/http/route'

export const GET = handle(changesApi.getPatch, ({ app, params, query }) => getPatch(app, params.id, query))
