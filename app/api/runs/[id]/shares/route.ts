import { shareApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { listShares, shareRun } from '@/lib/server/people/shares'

export const GET = handle(shareApi.listShares, ({ app, params }) => listShares(app, params.id))

export const POST = handle(shareApi.shareRun, ({ app, params, body, actor }) =>
  shareRun(app, params.id, body.days, actor),
)
