import { listAlerts } from '@/lib/server/alerts/alerts'
import { json, route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app }) => json(await listAlerts(app)))
