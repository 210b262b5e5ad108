import { undoRepricing } from '@/lib/server/money/repricing'
import { json, route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const POST = route<{ id: string }>(async ({ app, params, actor }) =>
  json(await undoRepricing(app, params.id, actor)),
)
