import { whatIfRun } from '@/lib/server/costs/what-if'
import { json, route } from '@/lib/server/http/route'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(async ({ app, params, request }) =>
  json(await whatIfRun(app, params.id, request.signal)),
)
