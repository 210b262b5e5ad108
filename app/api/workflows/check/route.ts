import { workflowCheckInputSchema } from '@/lib/api/workflows'
import { json, readBody, route } from '@/lib/server/http/route'
import { checkSource } from '@/lib/server/workflows/check'

export const dynamic = 'force-dynamic'

export const POST = route(async ({ app, request }) =>
  json(await checkSource(app, (await readBody(request, workflowCheckInputSchema)).source)),
)
