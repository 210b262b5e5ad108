import { testWebhook } from '@/lib/server/alerts/webhook'
import { json, route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const POST = route(async ({ app, actor }) => json(await testWebhook(app, actor)))
