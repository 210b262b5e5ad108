import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { handle } from '@/lib/server/http/route'
import { getWorkflow } from '@/lib/server/workflows/library'
import { deleteWorkflow, saveWorkflow } from '@/lib/server/workflows/save'

export const GET = handle(workflowApi.getWorkflow, ({ app, params, query }) =>
  getWorkflow(app, params.name, query),
)

export const PUT = handle(workflowApi.saveWorkflow, ({ app, params, body, actor }) =>
  saveWorkflow(app, params.name, body, actor),
)

export const DELETE = handle(workflowApi.deleteWorkflow, ({ app, params }) =>
  deleteWorkflow(app, params.name),
)
