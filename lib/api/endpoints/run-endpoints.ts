import { checkpointSchema } from '@/lib/core/run/checkpoint'
import { runHeaderSchema, snapshotSchema } from '@/lib/core/run/state'
import { savedEstimateSchema } from '@/lib/core/spec/calibration'
import { bulkExportQuerySchema, bulkResultSchema, bulkSchema } from '../bulk'
import { checkpointAnswerSchema, checkpointListSchema } from '../checkpoints'
import { firstApi } from '../first/endpoints'
import { forkPreviewSchema, forkSchema, retrySchema } from '../fork'
import { planQuerySchema, planSchema } from '../plan'
import { runCostsSchema, runSourcesSchema } from '../run-costs'
import {
  agentSearchQuerySchema,
  approveSchema,
  exportQuerySchema,
  foundAgentsSchema,
  launchedSchema,
  launchSchema,
  runDiffQuerySchema,
  runDiffSchema,
  runFiltersSchema,
  runInputSchema,
  runPatchSchema,
  runResultSchema,
} from '../runs'
import { body, created, endpoint, json } from './endpoint'

const exampleLaunch = {
  workflow: 'code-audit',
  args: { focus: 'security' },
  limits: { usd: 3, agents: 40 },
  tags: ['ci'],
}
const exampleLaunched = { id: 'r-7f3a', status: 'running', url: '/runs/r-7f3a' } as const
const exampleFork = {
  model: 'claude-opus-5-5',
  agents: [{ agentId: 'a3', prompt: 'Look at the tests only.' }],
}
const exampleRetry = { limits: { usd: 5 } }

/** Runs: launched, read, changed, forked. */
export const runApi = {
  listRuns: firstApi.listRuns,
  launchRun: endpoint('POST', '/api/runs', 'Launch a run', {
    access: 'launcher',
    within: 'project',
    forLaunchKeys: true,
    records: ['workflow', 'workspace', 'limits', 'approved', 'permissions', 'dryRun', 'tags', 'title'],
    headers: [
      { name: 'Idempotency-Key', description: 'The same key with the same body launches once.' },
      {
        name: 'traceparent',
        description: 'The trace that the spans of the run belong to (W3C Trace Context).',
      },
    ],
    body: body(launchSchema, exampleLaunch),
    answer: created(launchedSchema, exampleLaunched),
    refusals: ['not-found', 'conflict'],
  }),
  listRunFilters: endpoint('GET', '/api/runs/filters', 'Tags, people and workflows that runs have', {
    access: 'viewer',
    within: 'project',
    answer: json(runFiltersSchema, { tags: ['nightly'], users: ['ada'], workflows: ['code-audit'] }),
  }),
  bulkAct: endpoint('POST', '/api/runs/bulk', 'Cancel, delete or tag many runs; each is told of', {
    access: 'launcher',
    within: 'project',
    records: ['act', 'ids', 'tag'],
    body: body(bulkSchema, { act: 'tag', tag: 'nightly', ids: ['r-7f3a', 'r-81bc'] }),
    answer: json(bulkResultSchema, {
      results: [
        { id: 'r-7f3a', outcome: 'done', detail: null },
        { id: 'r-81bc', outcome: 'failed', detail: 'There is no run r-81bc.' },
      ],
    }),
  }),
  exportRuns: endpoint('GET', '/api/runs/export', 'Many runs as one zip, with a list of what is in it', {
    access: 'viewer',
    within: 'project',
    query: bulkExportQuerySchema,
    answer: { kind: 'file', types: ['application/zip'] },
  }),
  estimateLaunch: endpoint('POST', '/api/estimate', 'What a launch would run and cost; free', {
    access: 'launcher',
    within: 'project',
    changes: false,
    forLaunchKeys: true,
    query: planQuerySchema,
    body: body(launchSchema, exampleLaunch),
    answer: json(planSchema),
    refusals: ['not-found'],
  }),
  getRun: endpoint('GET', '/api/runs/{id}', 'The state of a run', {
    access: 'viewer',
    within: 'run',
    forLaunchKeys: true,
    answer: json(snapshotSchema),
  }),
  changeRun: endpoint('PATCH', '/api/runs/{id}', 'Change limits, concurrency, title or tags', {
    access: 'launcher',
    within: 'run',
    records: ['limits', 'title', 'tags', 'concurrency'],
    body: body(runPatchSchema, { limits: { usd: 10 }, title: 'Audit of the parser', tags: ['nightly'] }),
    answer: json(snapshotSchema),
    refusals: ['conflict'],
  }),
  deleteRun: endpoint('DELETE', '/api/runs/{id}', 'Delete a run that has ended, or a draft', {
    access: 'launcher',
    within: 'run',
    answer: { kind: 'nothing' },
    refusals: ['conflict'],
  }),
  getRunInput: endpoint('GET', '/api/runs/{id}/input', 'The script and args of a run', {
    access: 'viewer',
    within: 'run',
    answer: json(runInputSchema, { script: "return agent('Say hello.')", args: null }),
  }),
  getRunResult: endpoint('GET', '/api/runs/{id}/result', 'Result of a run', {
    access: 'viewer',
    within: 'run',
    forLaunchKeys: true,
    answer: json(runResultSchema),
  }),
  searchAgents: endpoint('GET', '/api/runs/{id}/search', 'Agents whose prompts or answers contain a text', {
    access: 'viewer',
    within: 'run',
    query: agentSearchQuerySchema,
    answer: json(foundAgentsSchema, { agents: ['a1', 'a4'] }),
  }),
  compareResults: endpoint('GET', '/api/runs/{id}/diff', 'What differs between the results of two runs', {
    access: 'viewer',
    within: 'run',
    query: runDiffQuerySchema,
    answer: json(runDiffSchema),
  }),
  getRunCosts: endpoint('GET', '/api/runs/{id}/costs', 'What a run cost, by phase, model and token kind', {
    access: 'viewer',
    within: 'run',
    forLaunchKeys: true,
    answer: json(runCostsSchema),
  }),
  getRunSources: endpoint(
    'GET',
    '/api/runs/{id}/sources',
    'The script of a run and the workflows it called, as they ran',
    { access: 'viewer', within: 'run', answer: json(runSourcesSchema) },
  ),
  getRunEstimate: endpoint(
    'GET',
    '/api/runs/{id}/estimate',
    'Estimate from an ended dry run: agents, tokens, dollars, time',
    { access: 'viewer', within: 'run', answer: json(savedEstimateSchema), refusals: ['conflict'] },
  ),
  exportRun: endpoint(
    'GET',
    '/api/runs/{id}/export',
    'The whole run in one file: JSON, Markdown, or HTML that opens offline; or its report, or its findings as SARIF',
    {
      access: 'viewer',
      within: 'run',
      forLaunchKeys: true,
      query: exportQuerySchema,
      answer: {
        kind: 'file',
        types: ['application/json', 'text/markdown', 'text/html', 'application/sarif+json'],
      },
      refusals: ['conflict'],
    },
  ),
  approveRun: endpoint('POST', '/api/runs/{id}/approve', 'Start a draft, with the limits of its approval', {
    access: 'launcher',
    within: 'run',
    records: ['approved'],
    body: body(approveSchema, { approved: { agents: 60, usd: 9 } }),
    answer: json(runHeaderSchema),
    refusals: ['conflict'],
  }),
  pauseRun: endpoint('POST', '/api/runs/{id}/pause', 'Pause: turns in flight finish, nothing new is sent', {
    access: 'launcher',
    within: 'run',
    answer: json(runHeaderSchema),
    refusals: ['conflict'],
  }),
  resumeRun: endpoint('POST', '/api/runs/{id}/resume', 'Resume a paused run', {
    access: 'launcher',
    within: 'run',
    answer: json(runHeaderSchema),
    refusals: ['conflict'],
  }),
  cancelRun: endpoint('POST', '/api/runs/{id}/cancel', 'Cancel a run: stop all streams and end it', {
    access: 'launcher',
    within: 'run',
    forLaunchKeys: true,
    answer: { kind: 'act', schema: runHeaderSchema },
    refusals: ['conflict'],
  }),
  forkRun: endpoint('POST', '/api/runs/{id}/fork', 'Launch a run that reuses the answers of this one', {
    access: 'launcher',
    within: 'run',
    records: ['limits', 'model', 'approved'],
    body: body(forkSchema, exampleFork),
    answer: created(launchedSchema, exampleLaunched),
    refusals: ['conflict'],
  }),
  previewFork: endpoint('POST', '/api/runs/{id}/fork/preview', 'What a fork would reuse and run; free', {
    access: 'launcher',
    within: 'run',
    changes: false,
    body: body(forkSchema, exampleFork),
    answer: json(forkPreviewSchema),
    refusals: ['conflict'],
  }),
  retryFailed: endpoint(
    'POST',
    '/api/runs/{id}/retry-failed',
    'Retry the failed agents of an ended run, in the same run',
    {
      access: 'launcher',
      within: 'run',
      records: ['limits'],
      body: body(retrySchema, exampleRetry),
      answer: json(runHeaderSchema),
      refusals: ['conflict'],
    },
  ),
  previewRetry: endpoint(
    'POST',
    '/api/runs/{id}/retry-failed/preview',
    'What a retry would run again; free',
    {
      access: 'launcher',
      within: 'run',
      changes: false,
      body: body(retrySchema, exampleRetry),
      answer: json(forkPreviewSchema),
      refusals: ['conflict'],
    },
  ),
  listCheckpoints: endpoint('GET', '/api/runs/{id}/checkpoints', 'Questions a run has asked', {
    access: 'viewer',
    within: 'run',
    forLaunchKeys: true,
    answer: json(checkpointListSchema, { checkpoints: [] }),
  }),
  answerCheckpoint: endpoint(
    'POST',
    '/api/runs/{id}/checkpoints/{checkpointId}',
    'Answer a question of a run',
    {
      access: 'launcher',
      within: 'run',
      forLaunchKeys: true,
      records: ['answer'],
      body: body(checkpointAnswerSchema, { answer: true }),
      answer: json(checkpointSchema),
      refusals: ['conflict'],
    },
  ),
}
