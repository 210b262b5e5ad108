import { json, route } from '@/lib/server/route'
import { getWorkflow } from '@/lib/server/workflows/library'

export const dynamic = 'force-dynamic'

export const GET = route<{ name: string }>(async ({ app, params }) => json(await getWorkflow(app, params.name)))
