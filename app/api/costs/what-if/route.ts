import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import { whatIfPeriod } from '@/lib/server/costs/what-if'
import { handle } from '@/lib/server/http/route'

export const GET = handle(costApi.whatIfPeriod, ({ app, query, request }) =>
  whatIfPeriod(app, query, request.signal),
)
