import { checkpointSchema } from '@/lib/core/run/checkpoint'
import { runHeaderSchema, snapshotSchema } from '@/lib/core/run/state'
import { savedEstimateSchema } from '@/lib/core/spec/calibration'
import { checkpointAnswerSchema, checkpointListSchema } from '../checkpoints'
import { exportQuerySchema } from '../export'
import { forkPreviewSchema, forkSchema, retrySchema } from '../fork'
import { planQuerySchema, planSchema } from '../plan'
import { runCostsSchema, runSourcesSchema } from '../run-costs'
import {
  agentSearchQuerySchema,
  approveSchema,
  foundAgentsSchema,
  launchedSchema,
  launchSchema,
  runDiffQuerySchema,
  runDiffSchema,
  runInputSchema,
  runListQuerySchema,
  runListSchema,
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
const exampleFork = { model: 'claude-opus-5-5', agents: [{ agentId: 'a3', prompt: 'Look at the tests only.' }] }
const exampleRetry = { limits: { usd: 5 } }

/** Runs: launched, read, changed, forked. */
export const runApi = {
  listRuns: endpoint({
    method: 'GET',
    path: '/api/runs',
    summary: 'Runs, newest first',
    query: runListQuerySchema,
    answer: json(runListSchema, { runs: [], total: 0, nextOffset: null }),
  }),
  launchRun: endpoint({
    method: 'POST',
    path: '/api/runs',
    summary: 'Launch a run',
    headers: [{ name: 'Idempotency-Key', description: 'The same key with the same body launches once.' }],
    body: body(launchSchema, exampleLaunch),
    answer: created(launchedSchema, exampleLaunched),
    refusals: ['not-found', 'conflict'],
  }),
  estimateLaunch: endpoint({
    method: 'POST',
    path: '/api/estimate',
    summary: 'What a launch would run and cost; free',
    query: planQuerySchema,
    body: body(launchSchema, exampleLaunch),
    answer: json(planSchema),
    refusals: ['not-found'],
  }),
  getRun: endpoint({
    method: 'GET',
    path: '/api/runs/{id}',
    summary: 'The state of a run',
    answer: json(snapshotSchema),
  }),
  changeRun: endpoint({
    method: 'PATCH',
    path: '/api/runs/{id}',
    summary: 'Change limits, concurrency, title or tags',
    body: body(runPatchSchema, { limits: { usd: 10 }, title: 'Audit of the parser', tags: ['nightly'] }),
    answer: json(snapshotSchema),
    refusals: ['conflict'],
  }),
  deleteRun: endpoint({
    method: 'DELETE',
    path: '/api/runs/{id}',
    summary: 'Delete a run that has ended, or a draft',
    answer: { kind: 'nothing' },
    refusals: ['conflict'],
  }),
  getRunInput: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/input',
    summary: 'The script and args of a run',
    answer: json(runInputSchema, { script: "return agent('Say hello.')", args: null }),
  }),
  getRunResult: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/result',
    summary: 'Result of a run',
    answer: json(runResultSchema),
  }),
  searchAgents: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/search',
    summary: 'Agents whose prompts or answers contain a text',
    query: agentSearchQuerySchema,
    answer: json(foundAgentsSchema, { agents: ['a1', 'a4'] }),
  }),
  compareResults: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/diff',
    summary: 'What differs between the results of two runs',
    query: runDiffQuerySchema,
    answer: json(runDiffSchema),
  }),
  getRunCosts: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/costs',
    summary: 'What a run cost, by phase, model and token kind',
    answer: json(runCostsSchema),
  }),
  getRunSources: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/sources',
    summary: 'The script of a run and the workflows it called, as they ran',
    answer: json(runSourcesSchema),
  }),
  getRunEstimate: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/estimate',
    summary: 'Estimate from an ended dry run: agents, tokens, dollars, time',
    answer: json(savedEstimateSchema),
    refusals: ['conflict'],
  }),
  exportRun: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/export',
    summary: 'The whole run in one file: JSON, Markdown, or HTML that opens offline',
    query: exportQuerySchema,
    answer: { kind: 'file', types: ['application/json', 'text/markdown', 'text/html'] },
  }),
  approveRun: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/approve',
    summary: 'Start a draft, with the limits of its approval',
    body: body(approveSchema, { approved: { agents: 60, usd: 9 } }),
    answer: json(runHeaderSchema),
    refusals: ['conflict'],
  }),
  pauseRun: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/pause',
    summary: 'Pause: turns in flight finish, nothing new is sent',
    answer: json(runHeaderSchema),
    refusals: ['conflict'],
  }),
  resumeRun: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/resume',
    summary: 'Resume a paused run',
    answer: json(runHeaderSchema),
    refusals: ['conflict'],
  }),
  cancelRun: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/cancel',
    summary: 'Cancel a run: stop all streams and end it',
    answer: { kind: 'act', schema: runHeaderSchema },
    refusals: ['conflict'],
  }),
  forkRun: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/fork',
    summary: 'Launch a run that reuses the answers of this one',
    body: body(forkSchema, exampleFork),
    answer: created(launchedSchema, exampleLaunched),
    refusals: ['conflict'],
  }),
  previewFork: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/fork/preview',
    summary: 'What a fork would reuse and run; free',
    body: body(forkSchema, exampleFork),
    answer: json(forkPreviewSchema),
    refusals: ['conflict'],
  }),
  retryFailed: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/retry-failed',
    summary: 'Retry the failed agents of an ended run, in the same run',
    body: body(retrySchema, exampleRetry),
    answer: json(runHeaderSchema),
    refusals: ['conflict'],
  }),
  previewRetry: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/retry-failed/preview',
    summary: 'What a retry would run again; free',
    body: body(retrySchema, exampleRetry),
    answer: json(forkPreviewSchema),
    refusals: ['conflict'],
  }),
  listCheckpoints: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/checkpoints',
    summary: 'Questions a run has asked',
    answer: json(checkpointListSchema, { checkpoints: [] }),
  }),
  answerCheckpoint: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/checkpoints/{checkpointId}',
    summary: 'Answer a question of a run',
    body: body(checkpointAnswerSchema, { answer: true }),
    answer: json(checkpointSchema),
    refusals: ['conflict'],
  }),
}
