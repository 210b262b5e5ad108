import { quotaApi } from '@/lib/api/endpoints/quota-endpoints'
import { handle } from '@/lib/server/http/route'
import { addQuota, listQuotas } from '@/lib/server/money/quotas'

export const GET = handle(quotaApi.listQuotas, ({ app }) => listQuotas(app))

export const POST = handle(quotaApi.addQuota, ({ app, body }) => addQuota(app, body))
