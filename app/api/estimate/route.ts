import { planQuerySchema } from '@/lib/api/plan'
import { launchSchema } from '@/lib/api/runs'
import { json, readBody, readQuery, route } from '@/lib/server/http/route'
import { plan } from '@/lib/server/runs/plan'

export const dynamic = 'force-dynamic'

export const POST = route(async ({ app, request, actor, url }) => {
  const { dryRun, count } = readQuery(url, planQuerySchema)
  const body = await readBody(request, launchSchema)
  const options = {
    dryRun: dryRun === '1',
    briefDryRun: dryRun === undefined,
    count: count === '1',
    signal: request.signal,
  }
  return json(await plan(app, body, actor, options))
})
