import { priceApi } from '@/lib/api/endpoints/price-endpoints'
import { handle } from '@/lib/server/http/route'
import { previewRepricing } from '@/lib/server/money/repricing'

export const POST = handle(priceApi.previewRepricing, ({ app, body, request }) =>
  previewRepricing(app, body, request.signal),
)
