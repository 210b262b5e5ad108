import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { getSources } from '@/lib/server/runs/run-costs'

export const GET = handle(runApi.getRunSources, ({ app, params }) => getSources(app, params.id))
