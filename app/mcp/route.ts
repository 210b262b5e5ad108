import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import { quotaApi } from '@/lib/api/endpoints/quota-endpoints'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { serverApi } from '@/lib/api/endpoints/server-endpoints'
import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { route } from '@/lib/server/http/route'
import { answerMcp } from '@/lib/server/mcp/answer-mcp'
import { verbOf } from '@/lib/server/mcp/verb'
import type { Verbs } from '@/lib/server/mcp/verbs'
import { Refusal } from '@/lib/server/services/problem'
import * as costs from '../api/costs/route'
import * as estimate from '../api/estimate/route'
import * as quota from '../api/quotas/[quotaId]/route'
import * as approve from '../api/runs/[id]/approve/route'
import * as cancel from '../api/runs/[id]/cancel/route'
import * as checkpoint from '../api/runs/[id]/checkpoints/[checkpointId]/route'
import * as costsOfRun from '../api/runs/[id]/costs/route'
import * as fork from '../api/runs/[id]/fork/route'
import * as patch from '../api/runs/[id]/patch/route'
import * as result from '../api/runs/[id]/result/route'
import * as resume from '../api/runs/[id]/resume/route'
import * as retryFailed from '../api/runs/[id]/retry-failed/route'
import * as run from '../api/runs/[id]/route'
import * as runs from '../api/runs/route'
import * as settings from '../api/settings/route'
import * as workflows from '../api/workflows/route'

const verbs: Verbs = {
  launchRun: verbOf(runApi.launchRun, runs.POST),
  estimateLaunch: verbOf(runApi.estimateLaunch, estimate.POST),
  listRuns: verbOf(runApi.listRuns, runs.GET),
  changeRun: verbOf(runApi.changeRun, run.PATCH),
  approveRun: verbOf(runApi.approveRun, approve.POST),
  resumeRun: verbOf(runApi.resumeRun, resume.POST),
  cancelRun: verbOf(runApi.cancelRun, cancel.POST),
  retryFailed: verbOf(runApi.retryFailed, retryFailed.POST),
  forkRun: verbOf(runApi.forkRun, fork.POST),
  answerCheckpoint: verbOf(runApi.answerCheckpoint, checkpoint.POST),
  getRunResult: verbOf(runApi.getRunResult, result.GET),
  getRunCosts: verbOf(runApi.getRunCosts, costsOfRun.GET),
  getPatch: verbOf(changesApi.getPatch, patch.GET),
  getCosts: verbOf(costApi.getCosts, costs.GET),
  listWorkflows: verbOf(workflowApi.listWorkflows, workflows.GET),
  changeQuota: verbOf(quotaApi.changeQuota, quota.PATCH),
  changeSettings: verbOf(serverApi.changeSettings, settings.PUT),
}

export const POST = route(({ app, request }) => answerMcp(app, verbs, request))

/** A browser that was led here, and clients that ask for a stream of announcements: there are none. */
export const GET = route(() => {
  throw new Refusal('no-such-method', 'Clients of the Model Context Protocol send POST requests here.')
})
