import { repricingAskedSchema } from '@/lib/api/prices'
import { json, readBody, route } from '@/lib/server/http/route'
import { previewRepricing } from '@/lib/server/money/repricing'

export const dynamic = 'force-dynamic'

export const POST = route(async ({ app, request }) =>
  json(await previewRepricing(app, await readBody(request, repricingAskedSchema), request.signal)),
)
