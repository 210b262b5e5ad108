import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { handle } from '@/lib/server/http/route'
import { runsOfWorkflow } from '@/lib/server/workflows/runs'

export const GET = handle(workflowApi.listWorkflowRuns, ({ app, params, query }) =>
  runsOfWorkflow(app, params.name, query),
)
