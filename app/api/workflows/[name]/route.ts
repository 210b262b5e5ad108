import { workflowEditSchema, workflowQuerySchema } from '@/lib/api/workflows'
import { json, readBody, readQuery, route } from '@/lib/server/http/route'
import { getWorkflow } from '@/lib/server/workflows/library'
import { deleteWorkflow, saveWorkflow } from '@/lib/server/workflows/save'

export const dynamic = 'force-dynamic'

export const GET = route<{ name: string }>(async ({ app, params, url }) =>
  json(await getWorkflow(app, params.name, readQuery(url, workflowQuerySchema))),
)

export const PUT = route<{ name: string }>(async ({ app, params, request, actor }) =>
  json(await saveWorkflow(app, params.name, await readBody(request, workflowEditSchema), actor)),
)

export const DELETE = route<{ name: string }>(async ({ app, params }) => {
  await deleteWorkflow(app, params.name)
  return new Response(null, { status: 204 })
})
