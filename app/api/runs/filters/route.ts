import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { listFilters } from '@/lib/server/runs/read-run'

export const GET = handle(runApi.listRunFilters, ({ app }) => listFilters(app))
