import { json, route } from '@/lib/server/http/route'
import { readHealth } from '@/lib/server/settings/settings'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app }) => json(readHealth(app)), { open: true })
