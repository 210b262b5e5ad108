import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { exportRuns } from '@/lib/server/runs/export-many'

export const GET = handle(runApi.exportRuns, ({ app, query }) => exportRuns(app, query))
