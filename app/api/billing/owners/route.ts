import { billingApi } from '@/lib/api/endpoints/billing-endpoints'
import { setBillingOwners } from '@/lib/server/billing/account'
import { handle } from '@/lib/server/http/route'

export const PUT = handle(billingApi.setBillingOwners, ({ app, body }) => setBillingOwners(app, body.projects))
