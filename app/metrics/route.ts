import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { handle } from '@/lib/server/http/route'

export const GET = handle(serverApi.getMetrics, ({ app }) => app.metrics.read(app))
