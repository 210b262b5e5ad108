import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { handle } from '@/lib/server/http/route'
import { importWorkflows } from '@/lib/server/workflows/import'

export const POST = handle(workflowApi.importWorkflows, ({ app, body, actor }) =>
  importWorkflows(app, body, actor),
)
