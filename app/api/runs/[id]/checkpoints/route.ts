import { json, route } from '@/lib/server/http/route'
import { listCheckpoints } from '@/lib/server/runs/checkpoints'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(async ({ app, params }) => json(await listCheckpoints(app, params.id)))
