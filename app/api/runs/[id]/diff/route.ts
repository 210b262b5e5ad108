import { runDiffQuerySchema } from '@/lib/api/runs'
import { json, readQuery, route } from '@/lib/server/http/route'
import { compareResults } from '@/lib/server/runs/compare'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(async ({ app, params, url }) =>
  json(await compareResults(app, params.id, readQuery(url, runDiffQuerySchema).with)),
)
