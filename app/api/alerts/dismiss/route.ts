import { dismissSchema } from '@/lib/api/alerts'
import { dismissAlert } from '@/lib/server/alerts/alerts'
import { json, readBody, route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const POST = route(async ({ app, request, actor }) =>
  json(await dismissAlert(app, (await readBody(request, dismissSchema)).id, actor)),
)
