import { budgetApi } from '@/lib/api/endpoints/money-endpoints'
import { handle } from '@/lib/server/http/route'
import { testWebhook } from '@/lib/server/settings/webhook'

export const dynamic = 'force-dynamic'

export const POST = handle(budgetApi.testWebhook, ({ app, actor }) => testWebhook(app, actor))
