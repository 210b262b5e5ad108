import { shareApi } from '@/lib/api/endpoints/people-endpoints'
import { handle } from '@/lib/server/http/route'
import { withdrawShare } from '@/lib/server/people/shares'

export const DELETE = handle(shareApi.withdrawShare, ({ app, params }) =>
  withdrawShare(app, params.id, params.shareId),
)
