import { costsQuerySchema } from '@/lib/api/costs'
import { costs } from '@/lib/server/costs/costs'
import { json, readQuery, route } from '@/lib/server/http/route'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, url, request }) =>
  json(await costs(app, readQuery(url, costsQuerySchema), { signal: request.signal })),
)
