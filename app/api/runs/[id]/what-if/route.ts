import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import { whatIfRun } from '@/lib/server/costs/what-if'
import { handle } from '@/lib/server/http/route'

export const GET = handle(costApi.whatIfRun, ({ app, params, request }) =>
  whatIfRun(app, params.id, request.signal),
)
