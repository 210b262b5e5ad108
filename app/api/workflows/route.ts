import { json, route } from '@/lib/server/route'
import { listWorkflows } from '@/lib/server/workflows/library'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app }) => json({ workflows: await listWorkflows(app) }))
