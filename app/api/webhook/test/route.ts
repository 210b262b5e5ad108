import { json, route } from '@/lib/server/http/route'
import { testWebhook } from '@/lib/server/settings/webhook'

export const dynamic = 'force-dynamic'

export const POST = route(async ({ app, actor }) => json(await testWebhook(app, actor)))
