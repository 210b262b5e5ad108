import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { handle } from '@/lib/server/http/route'
import { compareVersions } from '@/lib/server/workflows/compare'

export const GET = handle(workflowApi.compareVersions, ({ app, params, query }) =>
  compareVersions(app, params.name, query),
)
