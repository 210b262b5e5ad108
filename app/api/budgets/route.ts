import { budgetsEditSchema } from '@/lib/api/budgets'
import { json, readBody, route } from '@/lib/server/http/route'
import { changeBudgets, readBudgets } from '@/lib/server/money/budgets'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, request }) => json(await readBudgets(app, request.signal)))

export const PUT = route(async ({ app, request }) =>
  json(await changeBudgets(app, await readBody(request, budgetsEditSchema))),
)
