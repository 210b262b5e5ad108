import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { exportRuns } from '@/lib/server/bulk/export-runs'
import { handle } from '@/lib/server/http/route'

export const GET = handle(runApi.exportRuns, ({ app, query }) => exportRuns(app, query))
