import { quotaApi } from '@/lib/api/endpoints/quota-endpoints'
import { handle } from '@/lib/server/http/route'
import { readOwnQuotas } from '@/lib/server/money/quotas'

export const GET = handle(quotaApi.getOwnQuotas, ({ app, actor }) => readOwnQuotas(app, actor))
