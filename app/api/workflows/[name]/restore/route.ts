import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { handle } from '@/lib/server/http/route'
import { restoreWorkflow } from '@/lib/server/workflows/save'

export const POST = handle(workflowApi.restoreWorkflow, ({ app, params }) =>
  restoreWorkflow(app, params.name),
)
