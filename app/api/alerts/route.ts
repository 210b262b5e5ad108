import { json, route } from '@/lib/server/http/route'
import { listAlerts } from '@/lib/server/settings/alerts'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app }) => json(await listAlerts(app)))
