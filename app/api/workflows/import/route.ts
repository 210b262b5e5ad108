import { workflowImportSchema } from '@/lib/api/workflows'
import { json, readBody, route } from '@/lib/server/http/route'
import { importWorkflows } from '@/lib/server/workflows/import'

export const dynamic = 'force-dynamic'

export const POST = route(async ({ app, request, actor }) =>
  json(await importWorkflows(app, await readBody(request, workflowImportSchema), actor)),
)
