import { dismissSchema } from '@/lib/api/alerts'
import { json, readBody, route } from '@/lib/server/http/route'
import { dismissAlert } from '@/lib/server/settings/alerts'

export const dynamic = 'force-dynamic'

export const POST = route(async ({ app, request, actor }) =>
  json(await dismissAlert(app, (await readBody(request, dismissSchema)).id, actor)),
)
