import { json, route } from '@/lib/server/http/route'
import { getCosts } from '@/lib/server/runs/run-costs'

export const dynamic = 'force-dynamic'

export const GET = route<{ id: string }>(async ({ app, params }) => json(await getCosts(app, params.id)))
