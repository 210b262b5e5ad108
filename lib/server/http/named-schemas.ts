import { retryAgentSchema, steerSchema } from '@/lib/api/agent-acts'
import { alertsSchema, dismissSchema, webhookEditSchema, webhookSchema } from '@/lib/api/alerts'
import { budgetsEditSchema, budgetsSchema } from '@/lib/api/budgets'
import { checkpointAnswerSchema, checkpointListSchema } from '@/lib/api/checkpoints'
import { costsSchema } from '@/lib/api/costs'
import { forkPreviewSchema, forkSchema, retrySchema } from '@/lib/api/fork'
import { limitsReportSchema, modelsSchema } from '@/lib/api/models'
import { planSchema } from '@/lib/api/plan'
import {
  pricesEditSchema,
  pricesSchema,
  repricingAskedSchema,
  repricingPreviewSchema,
  repricingSchema,
  repricingsSchema,
} from '@/lib/api/prices'
import { problemSchema } from '@/lib/api/problem'
import { runCostsSchema, runSourcesSchema } from '@/lib/api/run-costs'
import {
  approveSchema,
  foundAgentsSchema,
  launchedSchema,
  launchSchema,
  runDiffSchema,
  runInputSchema,
  runListSchema,
  runPatchSchema,
  runResultSchema,
  runSummarySchema,
  transcriptSchema,
} from '@/lib/api/runs'
import { healthSchema, joinSchema, settingsPatchSchema, settingsSchema, workspacesSchema } from '@/lib/api/settings'
import { eventsPageSchema, overviewFrameSchema, watchSchema } from '@/lib/api/stream'
import { costNotesSchema, whatIfSchema } from '@/lib/api/what-if'
import { workflowRunsSchema } from '@/lib/api/workflow-runs'
import {
  importReportSchema,
  newWorkflowSchema,
  workflowCheckInputSchema,
  workflowCheckSchema,
  workflowDetailSchema,
  workflowDiffSchema,
  workflowEditSchema,
  workflowImportSchema,
  workflowListSchema,
} from '@/lib/api/workflows'
import { agentStateSchema } from '@/lib/core/agent/agent'
import { checkpointSchema } from '@/lib/core/run/checkpoint'
import { envelopeSchema } from '@/lib/core/run/events'
import { runHeaderSchema, snapshotSchema } from '@/lib/core/run/state'
import { savedEstimateSchema } from '@/lib/core/spec/calibration'

/** What is read, by name. A schema that stands here is written once and referred to. */
export const asked = {
  Launch: launchSchema,
  RunPatch: runPatchSchema,
  SettingsPatch: settingsPatchSchema,
  Join: joinSchema,
  Watch: watchSchema,
  NewWorkflow: newWorkflowSchema,
  WorkflowEdit: workflowEditSchema,
  WorkflowImport: workflowImportSchema,
  WorkflowSource: workflowCheckInputSchema,
  CheckpointAnswer: checkpointAnswerSchema,
  Fork: forkSchema,
  Retry: retrySchema,
  Approve: approveSchema,
  RetryAgent: retryAgentSchema,
  Steer: steerSchema,
  PricesEdit: pricesEditSchema,
  RepricingAsked: repricingAskedSchema,
  Reprice: repricingSchema,
  BudgetsEdit: budgetsEditSchema,
  Dismiss: dismissSchema,
  WebhookEdit: webhookEditSchema,
}
/** What is answered, by name. */
export const answered = {
  Plan: planSchema,
  Costs: costsSchema,
  Models: modelsSchema,
  Prices: pricesSchema,
  RepricingPreview: repricingPreviewSchema,
  Repricings: repricingsSchema,
  Budgets: budgetsSchema,
  Alerts: alertsSchema,
  Webhook: webhookSchema,
  WhatIf: whatIfSchema,
  CostNotes: costNotesSchema,
  LimitsReport: limitsReportSchema,
  Problem: problemSchema,
  Launched: launchedSchema,
  ForkPreview: forkPreviewSchema,
  Run: runHeaderSchema,
  Snapshot: snapshotSchema,
  Agent: agentStateSchema,
  Checkpoint: checkpointSchema,
  CheckpointList: checkpointListSchema,
  RunSummary: runSummarySchema,
  RunList: runListSchema,
  RunResult: runResultSchema,
  RunInput: runInputSchema,
  RunDiff: runDiffSchema,
  FoundAgents: foundAgentsSchema,
  RunCosts: runCostsSchema,
  RunSources: runSourcesSchema,
  Transcript: transcriptSchema,
  Envelope: envelopeSchema,
  EventsPage: eventsPageSchema,
  Overview: overviewFrameSchema,
  Health: healthSchema,
  SavedEstimate: savedEstimateSchema,
  Settings: settingsSchema,
  Workspaces: workspacesSchema,
  WorkflowList: workflowListSchema,
  WorkflowDetail: workflowDetailSchema,
  WorkflowDiff: workflowDiffSchema,
  WorkflowRuns: workflowRunsSchema,
  WorkflowCheck: workflowCheckSchema,
  ImportReport: importReportSchema,
}
