import { exportQuerySchema } from '@/lib/api/export'
import { readQuery, route } from '@/lib/server/http/route'
import { exportRun } from '@/lib/server/runs/export'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(({ app, params, url }) =>
  exportRun(app, params.id, readQuery(url, exportQuerySchema)),
)
