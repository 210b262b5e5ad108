import { launchSchema, runListQuerySchema } from '@/lib/api/runs'
import { json, readBody, readQuery, route } from '@/lib/server/http/route'
import { launch } from '@/lib/server/runs/launch'
import { listRuns } from '@/lib/server/runs/read-run'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, url }) => json(await listRuns(app, readQuery(url, runListQuerySchema))))

export const POST = route(async ({ app, request, actor }) => {
  const body = await readBody(request, launchSchema)
  return json(await launch(app, body, request.headers.get('idempotency-key'), actor), { status: 201 })
})
