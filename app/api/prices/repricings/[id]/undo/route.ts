import { priceApi } from '@/lib/api/endpoints/price-endpoints'
import { handle } from '@/lib/server/http/route'
import { undoRepricing } from '@/lib/server/money/repricing'

export const POST = handle(priceApi.undoRepricing, ({ app, params, actor }) =>
  undoRepricing(app, params.id, actor),
)
