import { budgetApi } from '@/lib/api/endpoints/budget-endpoints'
import { handle } from '@/lib/server/http/route'
import { testWebhook } from '@/lib/server/settings/webhook'

export const POST = handle(budgetApi.testWebhook, ({ app, actor }) => testWebhook(app, actor))
