import { quotaApi } from '@/lib/api/endpoints/quota-endpoints'
import { handle } from '@/lib/server/http/route'
import { changeQuota, deleteQuota } from '@/lib/server/money/quotas'

export const PATCH = handle(quotaApi.changeQuota, ({ app, params, body }) =>
  changeQuota(app, params.quotaId, body),
)

export const DELETE = handle(quotaApi.deleteQuota, ({ app, params }) => deleteQuota(app, params.quotaId))
