import { workflowRunsQuerySchema } from '@/lib/api/workflow-runs'
import { json, readQuery, route } from '@/lib/server/http/route'
import { runsOfWorkflow } from '@/lib/server/workflows/runs'

export const dynamic = 'force-dynamic'

export const GET = route<{ name: string }>(async ({ app, params, url }) =>
  json(await runsOfWorkflow(app, params.name, readQuery(url, workflowRunsQuerySchema))),
)
