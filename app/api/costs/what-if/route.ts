import { costPeriodSchema } from '@/lib/api/costs'
import { whatIfPeriod } from '@/lib/server/costs/what-if'
import { json, readQuery, route } from '@/lib/server/http/route'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, url, request }) =>
  json(await whatIfPeriod(app, readQuery(url, costPeriodSchema), request.signal)),
)
