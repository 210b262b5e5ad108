import { budgetApi } from '@/lib/api/endpoints/budget-endpoints'
import { handle } from '@/lib/server/http/route'
import { dismissAlert } from '@/lib/server/settings/alerts'

export const POST = handle(budgetApi.dismissAlert, ({ app, body, actor }) =>
  dismissAlert(app, body.id, actor),
)
