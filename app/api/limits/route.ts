import { json, route } from '@/lib/server/http/route'
import { readLimits } from '@/lib/server/settings/models'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app }) => json(await readLimits(app)))
