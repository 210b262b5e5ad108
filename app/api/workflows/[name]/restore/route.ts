import { json, route } from '@/lib/server/http/route'
import { restoreWorkflow } from '@/lib/server/workflows/save'

export const dynamic = 'force-dynamic'

export const POST = route<{ name: string }>(async ({ app, params }) => json(await restoreWorkflow(app, params.name)))
