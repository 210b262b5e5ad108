import { json, route } from '@/lib/server/http/route'
import { getResult } from '@/lib/server/runs/read-run'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(async ({ app, params }) => json(await getResult(app, params.id)))
