import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { handle } from '@/lib/server/http/route'
import { readLimits } from '@/lib/server/settings/models'

export const GET = handle(serverApi.getLimits, ({ app }) => readLimits(app))
