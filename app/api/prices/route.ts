import { pricesEditSchema } from '@/lib/api/prices'
import { json, readBody, route } from '@/lib/server/http/route'
import { changePrices, readPrices } from '@/lib/server/money/prices'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app }) => json(await readPrices(app)))

export const PUT = route(async ({ app, request, actor }) =>
  json(await changePrices(app, await readBody(request, pricesEditSchema), actor)),
)
