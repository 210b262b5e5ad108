import { json, route } from '@/lib/server/http/route'
import { listWorkspaces } from '@/lib/server/settings/settings'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app }) => json(await listWorkspaces(app)))
