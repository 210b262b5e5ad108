import { billingApi } from '@/lib/api/endpoints/billing-endpoints'
import { readBilling } from '@/lib/server/billing/account'
import { handle } from '@/lib/server/http/route'

export const GET = handle(billingApi.getBilling, ({ app }) => readBilling(app))
