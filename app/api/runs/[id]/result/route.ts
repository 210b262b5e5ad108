import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { getResult } from '@/lib/server/runs/read-run'

export const GET = handle(runApi.getRunResult, ({ app, params }) => getResult(app, params.id))
