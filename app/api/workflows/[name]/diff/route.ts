import { workflowDiffQuerySchema } from '@/lib/api/workflows'
import { json, readQuery, route } from '@/lib/server/http/route'
import { compareVersions } from '@/lib/server/workflows/compare'

export const dynamic = 'force-dynamic'

export const GET = route<{ name: string }>(async ({ app, params, url }) =>
  json(await compareVersions(app, params.name, readQuery(url, workflowDiffQuerySchema))),
)
