import { budgetApi } from '@/lib/api/endpoints/money-endpoints'
import { handle } from '@/lib/server/http/route'
import { listAlerts } from '@/lib/server/settings/alerts'

export const dynamic = 'force-dynamic'

export const GET = handle(budgetApi.listAlerts, ({ app }) => listAlerts(app))
