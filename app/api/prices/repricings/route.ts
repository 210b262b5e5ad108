import { repricingSchema } from '@/lib/api/prices'
import { json, readBody, route } from '@/lib/server/http/route'
import { listRepricings, reprice } from '@/lib/server/money/repricing'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app }) => json(await listRepricings(app)))

export const POST = route(async ({ app, request, actor }) =>
  json(await reprice(app, await readBody(request, repricingSchema), actor)),
)
