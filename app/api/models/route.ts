import { json, route } from '@/lib/server/http/route'
import { listModels } from '@/lib/server/settings/models'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app }) => json(await listModels(app)))
