import { json, route } from '@/lib/server/http/route'
import { getInput } from '@/lib/server/runs/read-run'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(async ({ app, params }) => json(await getInput(app, params.id)))
