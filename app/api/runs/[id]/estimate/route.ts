import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { estimateFromDryRun } from '@/lib/server/runs/dry-run-estimate'

export const GET = handle(runApi.getRunEstimate, ({ app, params }) => estimateFromDryRun(app, params.id))
