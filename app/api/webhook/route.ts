import { webhookEditSchema } from '@/lib/api/alerts'
import { json, readBody, route } from '@/lib/server/http/route'
import { changeWebhook, readWebhook } from '@/lib/server/settings/webhook'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app }) => json(await readWebhook(app)))

export const PUT = route(async ({ app, request }) =>
  json(await changeWebhook(app, await readBody(request, webhookEditSchema))),
)
