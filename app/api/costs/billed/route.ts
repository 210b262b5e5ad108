import { billingApi } from '@/lib/api/endpoints/billing-endpoints'
import { readBilled } from '@/lib/server/billing/billed'
import { handle } from '@/lib/server/http/route'

export const GET = handle(billingApi.getBilled, ({ app, query, request }) =>
  readBilled(app, query, request.signal),
)
