import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { handle } from '@/lib/server/http/route'
import { getCosts } from '@/lib/server/runs/run-costs'

export const GET = handle(runApi.getRunCosts, ({ app, params }) => getCosts(app, params.id))
