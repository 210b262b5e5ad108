import { billingApi } from '@/lib/api/endpoints/billing-endpoints'
import { refreshBilled } from '@/lib/server/billing/billed'
import { handle } from '@/lib/server/http/route'

export const POST = handle(billingApi.refreshBilled, ({ app, body, request }) =>
  refreshBilled(app, body, request.signal),
)
