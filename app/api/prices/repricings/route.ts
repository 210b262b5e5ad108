import { priceApi } from '@/lib/api/endpoints/price-endpoints'
import { handle } from '@/lib/server/http/route'
import { listRepricings, reprice } from '@/lib/server/money/repricing'

export const GET = handle(priceApi.listRepricings, ({ app }) => listRepricings(app))

export const POST = handle(priceApi.reprice, ({ app, body, actor }) => reprice(app, body, actor))
