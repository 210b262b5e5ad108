import { costApi } from '@/lib/api/endpoints/money-endpoints'
import { whatIfRun } from '@/lib/server/costs/what-if'
import { handle } from '@/lib/server/http/route'

export const dynamic = 'force-dynamic'

export const GET = handle(costApi.whatIfRun, ({ app, params, request }) => whatIfRun(app, params.id, request.signal))
