import type { changesApi } from '@/lib/api/endpoints/change-endpoints'
import type { costApi } from '@/lib/api/endpoints/cost-endpoints'
import type { quotaApi } from '@/lib/api/endpoints/quota-endpoints'
import type { runApi } from '@/lib/api/endpoints/run-endpoints'
import type { serverApi } from '@/lib/api/endpoints/server-endpoints'
import type { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import type { Verb } from './verb'

type RunApi = typeof runApi
type OfRuns =
  | 'launchRun'
  | 'estimateLaunch'
  | 'listRuns'
  | 'changeRun'
  | 'approveRun'
  | 'resumeRun'
  | 'cancelRun'
  | 'retryFailed'
  | 'forkRun'
  | 'answerCheckpoint'
  | 'getRunResult'
  | 'getRunCosts'

/** The endpoints that are offered to MCP clients; `app` makes them of its routes. */
export type Verbs = { [Name in OfRuns]: Verb<RunApi[Name]> } & {
  getPatch: Verb<(typeof changesApi)['getPatch']>
  getCosts: Verb<(typeof costApi)['getCosts']>
  listWorkflows: Verb<(typeof workflowApi)['listWorkflows']>
  changeQuota: Verb<(typeof quotaApi)['changeQuota']>
  changeSettings: Verb<(typeof serverApi)['changeSettings']>
}
