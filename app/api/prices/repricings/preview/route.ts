import { repricingAskedSchema } from '@/lib/api/prices'
import { previewRepricing } from '@/lib/server/money/repricing'
import { json, readBody, route } from '@/lib/server/route'

export const dynamic = 'force-dynamic'

export const POST = route(async ({ app, request }) =>
  json(await previewRepricing(app, await readBody(request, repricingAskedSchema), request.signal)),
)
