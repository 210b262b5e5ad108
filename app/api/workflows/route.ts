import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { handle } from '@/lib/server/http/route'
import { listWorkflows } from '@/lib/server/workflows/library'
import { createWorkflow } from '@/lib/server/workflows/save'

export const GET = handle(workflowApi.listWorkflows, async ({ app, query }) => ({
  workflows: await listWorkflows(app, query),
}))

export const POST = handle(workflowApi.createWorkflow, ({ app, body, actor }) =>
  createWorkflow(app, body, actor),
)
