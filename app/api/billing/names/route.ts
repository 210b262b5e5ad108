import { billingApi } from '@/lib/api/endpoints/billing-endpoints'
import { readNames } from '@/lib/server/billing/account'
import { handle } from '@/lib/server/http/route'

export const GET = handle(billingApi.getBillingNames, ({ app, request }) => readNames(app, request.signal))
