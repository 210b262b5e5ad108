import { budgetApi } from '@/lib/api/endpoints/budget-endpoints'
import { handle } from '@/lib/server/http/route'
import { changeBudgets, readBudgets } from '@/lib/server/money/budgets'

export const GET = handle(budgetApi.getBudgets, ({ app, request }) => readBudgets(app, request.signal))

export const PUT = handle(budgetApi.setBudgets, ({ app, body }) => changeBudgets(app, body))
