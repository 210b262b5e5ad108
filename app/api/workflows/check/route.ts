import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { handle } from '@/lib/server/http/route'
import { checkSource } from '@/lib/server/workflows/check'

export const POST = handle(workflowApi.checkWorkflow, ({ app, body }) => checkSource(app, body.source))
