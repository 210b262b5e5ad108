import { json, route } from '@/lib/server/route'
import { foretoldByDryRun } from '@/lib/server/runs/foretold'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(async ({ app, params }) => json(await foretoldByDryRun(app, params.id)))
