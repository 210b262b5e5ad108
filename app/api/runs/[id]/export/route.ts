import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { exportRun } from '@/lib/server/runs/export/export-run'

export const GET = handle(runApi.exportRun, ({ app, params, query }) => exportRun(app, params.id, query))
