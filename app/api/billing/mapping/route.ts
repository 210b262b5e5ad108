import { billingApi } from '@/lib/api/endpoints/billing-endpoints'
import { setBillingMapping } from '@/lib/server/billing/account'
import { handle } from '@/lib/server/http/route'

export const PUT = handle(billingApi.setBillingMapping, ({ app, body }) =>
  setBillingMapping(app, body.projects),
)
