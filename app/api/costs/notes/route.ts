import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import { costNotes } from '@/lib/server/costs/notes'
import { handle } from '@/lib/server/http/route'

export const GET = handle(costApi.getCostNotes, ({ app, query, request }) =>
  costNotes(app, query, request.signal),
)
