import { billingApi } from '@/lib/api/endpoints/billing-endpoints'
import { forgetAdminKey, setAdminKey } from '@/lib/server/billing/account'
import { handle } from '@/lib/server/http/route'

export const PUT = handle(billingApi.setAdminKey, ({ app, body, actor }) => setAdminKey(app, body.key, actor))

export const DELETE = handle(billingApi.deleteAdminKey, ({ app }) => forgetAdminKey(app))
