import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { handle } from '@/lib/server/http/route'
import { readHealth } from '@/lib/server/settings/settings'

export const GET = handle(serverApi.getHealth, ({ app }) => readHealth(app))
