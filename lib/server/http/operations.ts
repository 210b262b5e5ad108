import type { z } from 'zod'
import { costPeriodSchema, costsQuerySchema } from '@/lib/api/costs'
import { exportQuerySchema } from '@/lib/api/export'
import { planQuerySchema } from '@/lib/api/plan'
import { agentSearchQuerySchema, runDiffQuerySchema, runListQuerySchema } from '@/lib/api/runs'
import { streamQuerySchema } from '@/lib/api/stream'
import { workflowRunsQuerySchema } from '@/lib/api/workflow-runs'
import { workflowDiffQuerySchema, workflowListQuerySchema, workflowQuerySchema } from '@/lib/api/workflows'
import type { answered, asked } from './named-schemas'
import { eventsQuerySchema } from './watch'

/** One method of a route, as the document describes it. */
export type Operation = {
  summary: string
  body?: keyof typeof asked
  query?: z.ZodObject
  headers?: readonly { name: string; description: string }[]
  /** Absent: the answer has no body. */
  answer?: keyof typeof answered | 'anything'
  status?: 201 | 204
  /** What the route streams unless JSON is asked for. */
  streams?: string
}
/** The HTTP methods that routes have. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const act = (summary: string): { POST: Operation } => ({ POST: { summary, answer: 'Run' } })

const agentAct = (summary: string): { POST: Operation } => ({ POST: { summary, answer: 'Agent' } })

/** Every route, by path and method. A test compares it with the files under `app/api`. */
export const operations: Readonly<Record<string, Partial<Record<Method, Operation>>>> = {
  '/api/runs': {
    GET: { summary: 'Runs, newest first', query: runListQuerySchema, answer: 'RunList' },
    POST: {
      summary: 'Launch a run',
      body: 'Launch',
      headers: [{ name: 'Idempotency-Key', description: 'The same key with the same body launches once.' }],
      answer: 'Launched',
      status: 201,
    },
  },
  '/api/estimate': {
    POST: {
      summary: 'What a launch would run and cost; free',
      body: 'Launch',
      query: planQuerySchema,
      answer: 'Plan',
    },
  },
  '/api/runs/{id}': {
    GET: { summary: 'The state of a run', answer: 'Snapshot' },
    PATCH: { summary: 'Change limits, concurrency, title or tags', body: 'RunPatch', answer: 'Snapshot' },
    DELETE: { summary: 'Delete a run that has ended, or a draft', status: 204 },
  },
  '/api/runs/{id}/events': {
    GET: {
      summary: 'The journal of a run: a stream, or JSON pages',
      query: eventsQuerySchema,
      headers: [{ name: 'Last-Event-ID', description: 'Last seq seen; the stream continues after it.' }],
      answer: 'EventsPage',
      streams: '`events` frames (id: last seq), `pulse` frames (no id), and `end` once everything was sent',
    },
  },
  '/api/runs/{id}/watch': {
    PUT: { summary: 'Choose the agents whose text a watcher gets', body: 'Watch', status: 204 },
  },
  '/api/runs/{id}/input': { GET: { summary: 'The script and args of a run', answer: 'RunInput' } },
  '/api/runs/{id}/result': { GET: { summary: 'Result of a run', answer: 'RunResult' } },
  '/api/runs/{id}/search': {
    GET: {
      summary: 'Agents whose prompts or answers contain a text',
      query: agentSearchQuerySchema,
      answer: 'FoundAgents',
    },
  },
  '/api/runs/{id}/diff': {
    GET: { summary: 'What differs between the results of two runs', query: runDiffQuerySchema, answer: 'RunDiff' },
  },
  '/api/runs/{id}/costs': {
    GET: { summary: 'What a run cost, by phase, model and token kind', answer: 'RunCosts' },
  },
  '/api/runs/{id}/export': {
    GET: {
      summary: 'The whole run in one file: JSON, Markdown, or HTML that opens offline',
      query: exportQuerySchema,
      answer: 'anything',
    },
  },
  '/api/runs/{id}/sources': {
    GET: { summary: 'The script of a run and the workflows it called, as they ran', answer: 'RunSources' },
  },
  '/api/runs/{id}/agents/{agentId}': {
    GET: { summary: 'Full transcript of an agent', answer: 'Transcript' },
  },
  '/api/runs/{id}/agents/{agentId}/cancel': agentAct('Cancel an agent; the script gets null for it'),
  '/api/runs/{id}/agents/{agentId}/skip': agentAct('Skip an agent; the script gets null for it'),
  '/api/runs/{id}/agents/{agentId}/retry': {
    POST: {
      summary: 'Restart an agent; with changes (more output, as a batch) also in an ended run',
      body: 'RetryAgent',
      answer: 'Agent',
    },
  },
  '/api/runs/{id}/agents/{agentId}/steer': {
    POST: { summary: 'Send an agent a message before its next turn', body: 'Steer', answer: 'Agent' },
  },
  '/api/runs/{id}/checkpoints': { GET: { summary: 'Questions a run has asked', answer: 'CheckpointList' } },
  '/api/runs/{id}/checkpoints/{checkpointId}': {
    POST: { summary: 'Answer a question of a run', body: 'CheckpointAnswer', answer: 'Checkpoint' },
  },
  '/api/runs/{id}/fork': {
    POST: {
      summary: 'Launch a run that reuses the answers of this one',
      body: 'Fork',
      answer: 'Launched',
      status: 201,
    },
  },
  '/api/runs/{id}/fork/preview': {
    POST: { summary: 'What a fork would reuse and run; free', body: 'Fork', answer: 'ForkPreview' },
  },
  '/api/runs/{id}/retry-failed': {
    POST: { summary: 'Retry the failed agents of an ended run, in the same run', body: 'Retry', answer: 'Run' },
  },
  '/api/runs/{id}/retry-failed/preview': {
    POST: { summary: 'What a retry would run again; free', body: 'Retry', answer: 'ForkPreview' },
  },
  '/api/runs/{id}/approve': {
    POST: { summary: 'Start a draft, with the limits of its approval', body: 'Approve', answer: 'Run' },
  },
  '/api/runs/{id}/pause': act('Pause: turns in flight finish, nothing new is sent'),
  '/api/runs/{id}/resume': act('Resume a paused run'),
  '/api/runs/{id}/cancel': act('Cancel a run: stop all streams and end it'),
  '/api/workflows': {
    GET: { summary: 'The library', query: workflowListQuerySchema, answer: 'WorkflowList' },
    POST: {
      summary: 'Save a new workflow, named by its script',
      body: 'NewWorkflow',
      answer: 'WorkflowDetail',
      status: 201,
    },
  },
  '/api/workflows/import': {
    POST: {
      summary: 'Import a script, or every script in the .claude/workflows of a folder',
      body: 'WorkflowImport',
      answer: 'ImportReport',
    },
  },
  '/api/workflows/check': {
    POST: { summary: 'Outline and errors of a script', body: 'WorkflowSource', answer: 'WorkflowCheck' },
  },
  '/api/workflows/{name}': {
    GET: { summary: 'One workflow with its source and plan', query: workflowQuerySchema, answer: 'WorkflowDetail' },
    PUT: { summary: 'Save a new version', body: 'WorkflowEdit', answer: 'WorkflowDetail' },
    DELETE: { summary: 'Delete a workflow; it can be restored', status: 204 },
  },
  '/api/workflows/{name}/restore': {
    POST: { summary: 'Restore a deleted workflow', answer: 'WorkflowDetail' },
  },
  '/api/workflows/{name}/diff': {
    GET: { summary: 'What changed between two versions', query: workflowDiffQuerySchema, answer: 'WorkflowDiff' },
  },
  '/api/workflows/{name}/runs': {
    GET: { summary: 'Runs of a workflow, newest first', query: workflowRunsQuerySchema, answer: 'WorkflowRuns' },
  },
  '/api/costs': {
    GET: { summary: 'What was spent in a period, grouped', query: costsQuerySchema, answer: 'Costs' },
  },
  '/api/costs.csv': {
    GET: { summary: 'The same as a table, for a spreadsheet', query: costsQuerySchema, answer: 'anything' },
  },
  '/api/models': { GET: { summary: 'Available models', answer: 'Models' } },
  '/api/costs/notes': {
    GET: {
      summary: 'Runs that stand out in a period, and interrupted turns',
      query: costPeriodSchema,
      answer: 'CostNotes',
    },
  },
  '/api/costs/what-if': {
    GET: {
      summary: 'What the tokens of a period would have cost under other prices',
      query: costPeriodSchema,
      answer: 'WhatIf',
    },
  },
  '/api/runs/{id}/estimate': {
    GET: { summary: 'Estimate from an ended dry run: agents, tokens, dollars, time', answer: 'SavedEstimate' },
  },
  '/api/runs/{id}/what-if': {
    GET: { summary: 'What the tokens of a run would have cost under other prices', answer: 'WhatIf' },
  },
  '/api/prices': {
    GET: { summary: 'The dated price list, and every change to it', answer: 'Prices' },
    PUT: {
      summary: 'Replace the price list; recorded costs do not change',
      body: 'PricesEdit',
      answer: 'Prices',
    },
  },
  '/api/prices/repricings': {
    GET: { summary: 'Every repricing of past usage', answer: 'Repricings' },
    POST: { summary: 'Reprice past usage, as a preview showed', body: 'Reprice', answer: 'Repricings' },
  },
  '/api/prices/repricings/preview': {
    POST: { summary: 'What a repricing would change', body: 'RepricingAsked', answer: 'RepricingPreview' },
  },
  '/api/prices/repricings/{id}/undo': { POST: { summary: 'Undo a repricing', answer: 'Repricings' } },
  '/api/budgets': {
    GET: { summary: 'Caps and budgets with their current use', answer: 'Budgets' },
    PUT: { summary: 'Set caps and budgets', body: 'BudgetsEdit', answer: 'Budgets' },
  },
  '/api/alerts': { GET: { summary: 'Alerts, newest first', answer: 'Alerts' } },
  '/api/alerts/dismiss': { POST: { summary: 'Dismiss an alert', body: 'Dismiss', answer: 'Alerts' } },
  '/api/webhook': {
    GET: { summary: 'The webhook and its deliveries', answer: 'Webhook' },
    PUT: { summary: 'Set the webhook', body: 'WebhookEdit', answer: 'Webhook' },
  },
  '/api/webhook/test': { POST: { summary: 'Send a test notice', answer: 'Webhook' } },
  '/api/limits': { GET: { summary: 'Concurrency, spend and rate limits right now', answer: 'LimitsReport' } },
  '/api/workspaces': { GET: { summary: 'Folders that runs may open', answer: 'Workspaces' } },
  '/api/settings': {
    GET: { summary: 'Settings of this installation', answer: 'Settings' },
    PUT: { summary: 'Change settings', body: 'SettingsPatch', answer: 'Settings' },
  },
  '/api/events': {
    GET: {
      summary: 'The overview: open runs, capacity, money, what needs a person',
      answer: 'Overview',
      streams: '`overview` frames, at most two a second',
    },
  },
  '/api/stream': {
    GET: {
      summary: 'Several runs and the overview on one connection',
      query: streamQuerySchema,
      answer: 'anything',
      streams:
        'the frames of the single streams, named `{run}/events`, `{run}/pulse`, `{run}/end`, `{run}/gone` and `overview/overview`, and `beat` every few seconds',
    },
  },
  '/api/join': { POST: { summary: 'Join the team with its token', body: 'Join', status: 204 } },
  '/api/health': { GET: { summary: 'Health check', answer: 'Health' } },
  '/api/openapi.json': { GET: { summary: 'This document', answer: 'anything' } },
}
