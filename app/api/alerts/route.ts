import { budgetApi } from '@/lib/api/endpoints/budget-endpoints'
import { handle } from '@/lib/server/http/route'
import { listAlerts } from '@/lib/server/settings/alerts'

export const GET = handle(budgetApi.listAlerts, ({ app }) => listAlerts(app))
