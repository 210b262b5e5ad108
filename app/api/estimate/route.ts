import { launchSchema } from '@/lib/api/runs'
import { json, readBody, route } from '@/lib/server/route'
import { plan } from '@/lib/server/runs/plan'

export const dynamic = 'force-dynamic'

export const POST = route(async ({ app, request, actor }) =>
  json(await plan(app, await readBody(request, launchSchema), actor)),
)
