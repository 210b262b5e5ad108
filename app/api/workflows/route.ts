import { newWorkflowSchema, workflowListQuerySchema } from '@/lib/api/workflows'
import { json, readBody, readQuery, route } from '@/lib/server/http/route'
import { listWorkflows } from '@/lib/server/workflows/library'
import { createWorkflow } from '@/lib/server/workflows/save'

export const dynamic = 'force-dynamic'

export const GET = route(async ({ app, url }) =>
  json({ workflows: await listWorkflows(app, readQuery(url, workflowListQuerySchema)) }),
)

export const POST = route(async ({ app, request, actor }) =>
  json(await createWorkflow(app, await readBody(request, newWorkflowSchema), actor), { status: 201 }),
)
