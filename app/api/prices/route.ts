import { priceApi } from '@/lib/api/endpoints/price-endpoints'
import { handle } from '@/lib/server/http/route'
import { changePrices, readPrices } from '@/lib/server/money/prices'

export const GET = handle(priceApi.getPrices, ({ app }) => readPrices(app))

export const PUT = handle(priceApi.setPrices, ({ app, body, actor }) => changePrices(app, body, actor))
