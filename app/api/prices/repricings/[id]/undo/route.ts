import { json, route } from '@/lib/server/http/route'
import { undoRepricing } from '@/lib/server/money/repricing'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string }>(async ({ app, params, actor }) =>
  json(await undoRepricing(app, params.id, actor)),
)
