import { json, route } from '@/lib/server/http/route'
import { estimateFromDryRun } from '@/lib/server/runs/dry-run-estimate'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(async ({ app, params }) => json(await estimateFromDryRun(app, params.id)))
