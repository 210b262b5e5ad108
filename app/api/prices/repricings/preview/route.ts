import { priceApi } from '@/lib/api/endpoints/money-endpoints'
import { handle } from '@/lib/server/http/route'
import { previewRepricing } from '@/lib/server/money/repricing'

export const dynamic = 'force-dynamic'

export const POST = handle(priceApi.previewRepricing, ({ app, body, request }) =>
  previewRepricing(app, body, request.signal),
)
