import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import { costs } from '@/lib/server/costs/costs'
import { handle } from '@/lib/server/http/route'

export const GET = handle(costApi.getCosts, ({ app, query, request }) =>
  costs(app, query, { signal: request.signal }),
)
