import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { handle } from '@/lib/server/http/route'
import { getPatch } from '@/lib/server/runs/changes'

export const GET = handle(changesApi.getPatch, ({ app, params, query }) => getPatch(app, params.id, query))
