import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { handle } from '@/lib/server/http/route'
import { listDeleted } from '@/lib/server/workflows/save'

export const GET = handle(workflowApi.listDeletedWorkflows, ({ app }) => listDeleted(app))
