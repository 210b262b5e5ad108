import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { handle } from '@/lib/server/http/route'
import { listModels } from '@/lib/server/settings/models'

export const GET = handle(serverApi.listModels, ({ app }) => listModels(app))
