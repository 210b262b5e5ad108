import { budgetApi } from '@/lib/api/endpoints/budget-endpoints'
import { handle } from '@/lib/server/http/route'
import { changeWebhook, readWebhook } from '@/lib/server/settings/webhook'

export const GET = handle(budgetApi.getWebhook, ({ app }) => readWebhook(app))

export const PUT = handle(budgetApi.setWebhook, ({ app, body }) => changeWebhook(app, body))
