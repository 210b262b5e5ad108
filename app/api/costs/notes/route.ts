import { costPeriodSchema } from '@/lib/api/costs'
import { costNotes } from '@/lib/server/costs/notes'
import { json, readQuery, route } from '@/lib/server/http/route'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, url, request }) =>
  json(await costNotes(app, readQuery(url, costPeriodSchema), request.signal)),
)
